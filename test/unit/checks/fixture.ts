import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Host, Site } from '../../../electron/contract/site.ts';
import { type ReleaseFile, releaseFileSchema } from '../../../electron/engine/bundle/release.ts';
import { parseCollected } from '../../../electron/engine/checks/collect.ts';
import type { Collected } from '../../../electron/engine/checks/facts.ts';
import { judgeHosts } from '../../../electron/engine/checks/judge.ts';
import type { Check, Judgement } from '../../../electron/engine/checks/model.ts';
import { collectorArguments } from '../../../electron/engine/checks/plan.ts';
import type { Profile } from '../../../electron/engine/checks/profile.ts';
import { answerScript } from '../../../electron/practice/hosts/answers.ts';
import { declaredHardware, declaredHosts } from '../../../electron/practice/hosts/declared.ts';
import type { PracticeHost } from '../../../electron/practice/hosts/model.ts';
import { testSite } from '../../kit/context.ts';

const sample = join(import.meta.dirname, '../../../bundles/energy');
export const release: ReleaseFile = releaseFileSchema.parse(parse(readFileSync(join(sample, 'release.yaml'), 'utf8')));
export const profileText = readFileSync(join(sample, 'checks/profile.yaml'), 'utf8');
/** No thresholds but the checks' own. */
export const plain: Profile = { mustPass: [], thresholds: {} };
export const site: Site = testSite();

const folder = { type: 'folder', size: 0, mode: 0o755, uid: 0, gid: 0, mtimeMs: 0 } as const;

/** A practice host in memory, whose files are the given ones. */
export function practiceHost(
  name: string,
  change: Partial<PracticeHost> & { readonly planted?: Readonly<Record<string, string>> } = {},
): PracticeHost {
  const declared = declaredHosts.find((one) => one.name === name)!;
  return {
    name,
    address: '127.0.0.1',
    sshPort: 22,
    roles: declared.roles,
    root: '/nowhere',
    files: {
      read: async (path) => (path === '/etc/resolv.conf' ? Buffer.from('nameserver 10.20.30.1\n') : undefined),
      stat: async (path) => (['/srv', '/var', '/var/lib'].includes(path) ? folder : undefined),
      list: async () => [],
    },
    clockOffsetMs: 0,
    hardware: declaredHardware(declared, 'test', Date.now() - 3_600_000),
    site: () => [],
    listeners: () => [],
    sections: () => change.planted ?? {},
    bytesLeft: () => undefined,
    ...change,
  };
}

/** Facts as the collector would bring them home from a practice host. */
export async function factsOf(
  host: PracticeHost,
  own: Host = hostNamed(host.name),
  of: Site = site,
): Promise<Collected> {
  const sentAt = Date.now();
  const answer = await answerScript(host, 'collect.sh', ['MARKER', ...collectorArguments(of, release, own)]);
  return parseCollected('MARKER', answer!, { sentAt, receivedAt: Date.now() });
}

export function hostNamed(name: string, of: Site = site): Host {
  return of.hosts.find((host) => host.name === name)!;
}

/** The facts with other words for some sections; null takes a section away, `timeout` and `exit N` as on a practice host. */
export function change(facts: Collected, sections: Readonly<Record<string, string | null>>): Collected {
  const changed = { ...facts.sections };
  for (const [name, words] of Object.entries(sections)) {
    const code = /^exit (\d+)$/.exec(words ?? '')?.[1];
    if (words === null) delete changed[name];
    else {
      const state = words === 'timeout' ? 'timeout' : 'complete';
      changed[name] = {
        code: Number(code ?? 0),
        milliseconds: 1,
        stdout: code === undefined ? words : '',
        stderr: '',
        state,
        truncated: false,
      };
    }
  }
  return { ...facts, sections: changed };
}

/** The judgement of one check about one host, alone on its site. */
export function judgeOne(
  checks: readonly Check[],
  id: string,
  facts: Collected,
  name = 'app-01',
  profile: Profile = plain,
): Judgement {
  const check = checks.find((one) => one.id === id);
  if (check === undefined) throw new Error(`no check ${id}`);
  const alone: Site = { ...site, hosts: [hostNamed(name)] };
  return judgeHosts([check], { site: alone, release, profile, collected: new Map([[name, facts]]) })[0]!;
}
