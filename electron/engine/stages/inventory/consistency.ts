import { isJumpHost, type Site } from '../../../contract/site.ts';
import { type Text, text, verbatim } from '../../../contract/text.ts';
import { inventoryChecks } from '../../checks/inventory.ts';
import { judgementOf } from '../../checks/judge.ts';
import type { CheckHead, Judgement, Verdict } from '../../checks/model.ts';
import { endpointOf } from '../../checks/plan.ts';
import type { StepKind } from '../../plan/step.ts';
import type { ConsistencyInput } from './model.ts';

/** Compares the site with itself and with what the release needs; asks nobody. */
export const consistencyStep: StepKind<ConsistencyInput> = {
  verify: async (context, { roles }) => {
    for (const judgement of judgeSite(context.site, roles, context.vault.has)) {
      context.finding({ ...judgement, evidence: [], durationMs: 0 });
    }
  },
};

/** Pure: verdicts about the site as it is described. `has` tells whether the vault holds an entry. */
export function judgeSite(site: Site, roles: readonly string[], has: (entry: string) => boolean): readonly Judgement[] {
  return [
    judgeRoles(site, roles),
    ...judgeJumpHost(site),
    judgeAddresses(site),
    judgeCredentials(site, has),
    ...judgeEndpoints(site),
  ];
}

function judgeRoles(site: Site, roles: readonly string[]): Judgement {
  const lacking = roles.filter((role) => !site.hosts.some((host) => host.roles.some((own) => own === role)));
  const held = roles.map(
    (role) =>
      `${role}: ${site.hosts
        .filter((host) => host.roles.some((own) => own === role))
        .map(({ name }) => name)
        .join(' ')}`,
  );
  return verdict(
    inventoryChecks.roles,
    site.name,
    text('checks.expected.roles', { roles: roles.join(', ') }),
    lacking.length > 0,
    {
      wrong: text('checks.actual.roles-lacking', { roles: lacking.join(', ') }),
      right: verbatim(held.join(', ')),
    },
  );
}

/** All ways lead through one host: with two of them, the plan would not say through which. */
function judgeJumpHost(site: Site): readonly Judgement[] {
  const passed = site.hosts.filter(isJumpHost).map(({ name }) => name);
  if (passed.length === 0) return [];
  const found = verbatim(passed.join(', '));
  return [
    verdict(inventoryChecks.jumpHost, site.name, text('checks.expected.jump-host'), passed.length > 1, {
      wrong: found,
      right: found,
    }),
  ];
}

function judgeAddresses(site: Site): Judgement {
  const doubles = (words: readonly string[]): string[] => [
    ...new Set(words.filter((word, index) => words.indexOf(word) !== index)),
  ];
  const twice = [
    ...doubles(site.hosts.map(({ name }) => name)),
    ...doubles(site.hosts.map(({ address, port }) => `${address}:${port}`)),
  ];
  return verdict(inventoryChecks.addresses, site.name, text('checks.expected.addresses'), twice.length > 0, {
    wrong: text('checks.actual.doubles', { items: twice.join(', ') }),
    right: verbatim(site.hosts.map(({ name, address, port }) => `${name} ${address}:${port}`).join(', ')),
  });
}

function judgeCredentials(site: Site, has: (entry: string) => boolean): Judgement {
  const named = [
    ...site.hosts.map(({ credential }) => credential),
    // The walk itself makes the account of a registry that it starts.
    site.registry?.managed === undefined ? site.registry?.credential : undefined,
    site.kubernetes?.kubeconfig,
    site.database?.credential,
  ];
  const entries = [...new Set(named.filter((entry) => entry !== undefined))];
  const lacking = entries.filter((entry) => !has(entry));
  return verdict(inventoryChecks.credentials, site.name, text('checks.expected.credentials'), lacking.length > 0, {
    wrong: text('checks.actual.lacking', { items: lacking.join(', ') }),
    right: verbatim(entries.join(', ')),
  });
}

/** The host of an endpoint gets its certificate files, so it must be known, and the address must be one of its own. */
function judgeEndpoints(site: Site): readonly Judgement[] {
  const endpoints = [
    ...(site.registry === undefined
      ? []
      : [
          {
            name: 'registry',
            host: site.registry.host,
            address: endpointOf(site.registry.url).address,
            names: site.registry.names,
          },
        ]),
    ...(site.database === undefined
      ? []
      : [{ name: 'database', host: site.database.host, address: site.database.address, names: site.database.names }]),
  ];
  return endpoints.map(({ name, host, address, names }) => {
    const home = site.hosts.find((one) => one.name === host);
    const expected = text('checks.expected.endpoints');
    if (home === undefined) {
      return judgementOf(
        inventoryChecks.endpoints,
        name,
        { status: 'failed', actual: text('checks.actual.endpoint-unknown', { host }) },
        expected,
      );
    }
    const known = [home.address, home.name, ...names];
    if (known.includes(address)) {
      return judgementOf(
        inventoryChecks.endpoints,
        name,
        { status: 'passed', actual: text('checks.actual.endpoint', { host, address }) },
        expected,
      );
    }
    // A second address of the host or a load balancer is possible, so this is doubt and not a failure.
    return judgementOf(
      inventoryChecks.endpoints,
      name,
      { status: 'warning', actual: text('checks.actual.endpoint-address', { address, known: known.join(', ') }) },
      expected,
    );
  });
}

function verdict(
  check: CheckHead,
  subject: string,
  expected: Text,
  isWrong: boolean,
  actual: { readonly wrong: Text; readonly right: Text },
): Judgement {
  const judged: Verdict = { status: isWrong ? 'failed' : 'passed', actual: isWrong ? actual.wrong : actual.right };
  return judgementOf(check, subject, judged, expected);
}
