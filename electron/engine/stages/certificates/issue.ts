import { SitewrightError } from '../../../contract/errors.ts';
import { type Text, text, verbatim } from '../../../contract/text.ts';
import { issueLeaf } from '../../certificates/issue.ts';
import { keyMatches } from '../../certificates/keys.ts';
import { subjectNames } from '../../certificates/names.ts';
import { describeChain, isIssuedBy, readCertificate, readChain } from '../../certificates/read.ts';
import { validateChain } from '../../certificates/validate.ts';
import type { StepContext, StepKind } from '../../plan/step.ts';
import { durableKey } from './authority.ts';
import type { IssueInput } from './model.ts';
import {
  authoritiesOf,
  dayOf,
  daysLeft,
  intermediateName,
  isFresh,
  keyEntry,
  leafOf,
  recordOf,
  saveRecord,
} from './records.ts';

/** One certificate of the site's authority. Kept as long as names, key and issuer fit and more than 30 days are left. */
export const issueKind: StepKind<IssueInput> = {
  inspect: async (context, input) => ({ satisfied: await stillFits(context, input) }),
  apply: async (context, input) => {
    const issuer = recordOf(context, intermediateName);
    if (issuer === undefined) throw noAuthority(input);
    const key = await durableKey(context, input.certificate);
    const leaf = await issueLeaf({
      issuer: { certificate: issuer.certificate, key: context.vault.get(keyEntry(intermediateName)) },
      key,
      names: input.names,
      usages: input.usages,
      now: context.now(),
    });
    saveRecord(context, input.certificate, `${leaf}${issuer.certificate}`, await readCertificate(leaf));
  },
  verify: async (context, input) => {
    const started = performance.now();
    const record = recordOf(context, input.certificate);
    if (record === undefined) throw noAuthority(input);
    const faults = await validateChain({
      chain: record.certificate,
      key: context.vault.get(keyEntry(input.certificate)),
      roots: authoritiesOf(context),
      names: input.names,
      usage: input.usages[0] ?? 'server',
      now: context.now(),
    });
    const chain = await readChain(record.certificate);
    const title = text('certificates.issuedTitle', { name: input.certificate });
    const evidence = context.evidence(title, 'text/plain', describeChain(chain));
    const facts = {
      issuer: chain[0]!.issuer,
      names: [...record.names, ...record.addresses].join(', '),
      until: dayOf(record.notAfter),
      days: daysLeft(record, context.now()),
      key: chain[0]!.key,
    };
    const fault = faults[0];
    context.finding({
      check: 'certificates.issued',
      subject: input.certificate,
      title,
      category: 'certificates',
      clause: '11.2 证书准备',
      qualification: 'IQ',
      mustPass: true,
      status: fault === undefined ? 'passed' : 'failed',
      expected: text('certificates.issuedExpected', { names: input.names.join(', ') }),
      actual: fault ?? text('certificates.issuedActual', facts),
      ...(faults.length > 1 ? { why: sentences(faults.slice(1)) } : {}),
      evidence: [evidence],
      durationMs: performance.now() - started,
    });
  },
};

/** Several texts as one. */
function sentences([first, ...rest]: readonly Text[]): Text {
  return rest.reduce<Text>((words, next) => text('certificates.and', { words, next }), first ?? verbatim(''));
}

async function stillFits(context: StepContext, input: IssueInput): Promise<boolean> {
  const record = recordOf(context, input.certificate);
  const issuer = recordOf(context, intermediateName);
  const entry = keyEntry(input.certificate);
  if (record === undefined || issuer === undefined || !context.vault.has(entry)) return false;
  const wanted = subjectNames(input.names);
  const same = (a: readonly string[], b: readonly string[]): boolean =>
    [...a].sort().join(' ') === [...b].sort().join(' ');
  if (!same(record.names, wanted.names) || !same(record.addresses, wanted.addresses)) return false;
  if (!isFresh(record, context.now()) || !isIssuedBy(leafOf(record), issuer.certificate)) return false;
  const leaf = await readCertificate(leafOf(record));
  return keyMatches(context.vault.get(entry), leaf.publicKey);
}

function noAuthority(input: IssueInput): SitewrightError {
  return new SitewrightError('certificate-invalid', {
    endpoint: input.certificate,
    problem: text('certificates.problemNoAuthority'),
  });
}
