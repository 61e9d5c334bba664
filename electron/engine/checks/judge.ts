import { type Host, isSystemHost, type Site } from '../../contract/site.ts';
import { type Text, text, verbatim } from '../../contract/text.ts';
import type { ReleaseFile } from '../bundle/release.ts';
import type { Collected } from './facts.ts';
import { limitsFor } from './limits.ts';
import type {
  Check,
  CheckHead,
  EndpointCheck,
  EndpointSubject,
  HostSubject,
  Judgement,
  Limit,
  Reading,
  Verdict,
} from './model.ts';
import type { Profile } from './profile.ts';
import { sectionOf, Unknown } from './unknown.ts';

/** Everything that judging knows. Pure data: the same input gives the same verdicts, long after the visit too. */
export type JudgeInput = {
  readonly site: Site;
  readonly release: ReleaseFile;
  readonly profile: Profile;
  /** Facts by host name; a host without facts is judged `error`. */
  readonly collected: ReadonlyMap<string, Collected>;
};

/** Judges every host by every check. The order is that of the catalogue, then that of the hosts. */
export function judgeHosts(checks: readonly Check[], input: JudgeInput): Judgement[] {
  return checks.flatMap((check) => {
    const subjects = input.site.hosts.filter(isSystemHost).map((host) => subjectOf(check, host, input));
    if (check.scope === 'host')
      return subjects.map((subject) =>
        finish(
          check,
          subject,
          input.profile,
          guard(() => {
            const reason = check.applicable?.(subject);
            if (reason !== undefined)
              return { status: 'not-applicable', actual: text('checks.actual.not-applicable'), why: reason };
            requireSections(check.needs, subject.facts);
            return check.judge(subject);
          }),
          () => check.expected(subject),
        ),
      );
    const readings = subjects.map((subject) =>
      attempt(() => {
        requireSections(check.needs, subject.facts);
        return { subject, value: check.read(subject) };
      }),
    );
    const all = readings.flatMap((reading): Reading<unknown>[] => ('value' in reading ? [reading.value] : []));
    return subjects.map((subject, index) => {
      const reading = readings[index]!;
      const verdict = 'value' in reading ? guard(() => check.judge(reading.value, all)) : reading.verdict;
      return finish(check, subject, input.profile, verdict, () => check.expected(subject));
    });
  });
}

/** Judges one endpoint by its checks. `name` is the subject of the findings. */
export function judgeEndpoint<F>(
  checks: readonly EndpointCheck<F>[],
  name: string,
  facts: F,
  input: Omit<JudgeInput, 'collected'>,
): Judgement[] {
  return checks.map((check) => {
    const { minimum, recommended } = { ...check.limits, ...input.profile.thresholds[check.id] };
    const limits: Limit = { minimum, recommended };
    const subject: EndpointSubject<F> = { site: input.site, release: input.release, facts, limits };
    const verdict = guard(() => {
      const reason = check.applicable?.(subject);
      if (reason !== undefined)
        return { status: 'not-applicable', actual: text('checks.actual.not-applicable'), why: reason };
      return check.judge(subject);
    });
    return judgementOf(
      check,
      name,
      verdict,
      expectedOf(() => check.expected(subject)),
      input.profile.mustPass.includes(check.id),
    );
  });
}

const nothing: Collected = { format: 1, at: '', durationMs: 0, complete: false, noise: '', clock: null, sections: {} };

function subjectOf(check: CheckHead, host: Host, input: JudgeInput): HostSubject {
  const own = input.profile.thresholds[check.id];
  // Limits of a profile take the place of the check's own as a whole: a role's default must not outlive them.
  const merged = own === undefined ? { ...check.limits } : { ...check.limits, ...own, roles: own.roles };
  const limits = limitsFor(merged, check.limits?.direction ?? 'at-least', host);
  return { site: input.site, release: input.release, host, facts: input.collected.get(host.name) ?? nothing, limits };
}

function requireSections(needs: readonly string[], facts: Collected): void {
  for (const name of needs) sectionOf(facts, name);
}

type Attempt<T> = { readonly value: T } | { readonly verdict: Verdict };

/** What throws is never a verdict about the host: it is `error`, with the reason beside it. */
function attempt<T>(act: () => T): Attempt<T> {
  try {
    return { value: act() };
  } catch (error) {
    return { verdict: unknownVerdict(error) };
  }
}

function guard(act: () => Verdict): Verdict {
  const result = attempt(act);
  return 'value' in result ? result.value : result.verdict;
}

/** The verdict `error` for a reason that was thrown. */
export function unknownVerdict(error: unknown): Verdict {
  const problem = error instanceof Error ? error.message : String(error);
  const why = error instanceof Unknown ? error.reason : text('checks.unknown.fault', { problem });
  return { status: 'error', actual: text('checks.unknown.actual'), why, fix: { text: text('checks.unknown.fix') } };
}

function finish(
  check: CheckHead,
  subject: HostSubject,
  profile: Profile,
  verdict: Verdict,
  expected: () => Text,
): Judgement {
  return judgementOf(check, subject.host.name, verdict, expectedOf(expected), profile.mustPass.includes(check.id));
}

function expectedOf(expected: () => Text): Text {
  try {
    return expected();
  } catch {
    return verbatim('-');
  }
}

/** A verdict with everything that the check says about itself; why and fix are added where something is wrong. */
export function judgementOf(
  check: CheckHead,
  subject: string,
  verdict: Verdict,
  expected: Text,
  mustPass = false,
): Judgement {
  const wrong = verdict.status === 'failed' || verdict.status === 'warning';
  const why = verdict.why ?? (wrong ? text(`checks.${check.id}.why`) : undefined);
  const fix = verdict.fix ?? (wrong ? fixOf(check) : undefined);
  return {
    check: check.id,
    subject,
    title: text(`checks.${check.id}.title`),
    category: check.category,
    clause: check.clause,
    qualification: 'IQ',
    mustPass: check.mustPass || mustPass,
    status: verdict.status,
    expected,
    actual: verdict.actual,
    ...(why === undefined ? {} : { why }),
    ...(fix === undefined ? {} : { fix }),
  };
}

function fixOf(check: CheckHead): NonNullable<Verdict['fix']> {
  const words = text(`checks.${check.id}.fix`);
  return check.command === undefined ? { text: words } : { text: words, command: check.command };
}
