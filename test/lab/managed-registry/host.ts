import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import type { Host, Site } from '../../../electron/contract/site.ts';
import { buildBundle } from '../../../electron/engine/bundle/build.ts';
import type { ReleaseBundle } from '../../../electron/engine/bundle/bundle.ts';
import { openReleaseBundle } from '../../../electron/engine/bundle/open.ts';
import type { Drivers } from '../../../electron/engine/drivers/drivers.ts';
import { openDrivers } from '../../../electron/engine/drivers/open.ts';
import { scriptFolder } from '../../../electron/engine/drivers/ssh/scripts.ts';
import type { Stage } from '../../../electron/engine/plan/step.ts';
import { freePort } from '../../../electron/practice/free-port.ts';
import { testContext, testSite } from '../../kit/context.ts';
import { installerScripts } from '../../kit/practice-home.ts';
import { type Sshd, type SshdOptions, startSshd } from '../../kit/sshd.ts';

/** A host on which a registry may be installed, and the site that wants it there. */
export type RegistryLab = {
  readonly sshd: Sshd;
  readonly site: Site;
  /** Runs a line as root on the host. */
  readonly run: (line: string) => Promise<string>;
  /** Everything that steps of one walk need; another bundle or site goes on with the same vault and facts. */
  readonly walk: (change?: {
    readonly bundle?: ReleaseBundle;
    readonly site?: Site;
    readonly signal?: AbortSignal;
  }) => Walk;
  readonly stop: () => Promise<void>;
};

export type Walk = ReturnType<typeof testContext> & {
  readonly drivers: Drivers;
  /** Carries out a stage as the engine does; says which steps were satisfied beforehand. */
  readonly stage: (stage: Stage) => Promise<Readonly<Record<string, boolean>>>;
};

/** Starts the host. `skipped` says why there is none; with CI=true that is an error instead. */
export async function startRegistryLab(
  bundle: ReleaseBundle,
  options: Pick<SshdOptions, 'systemd'> = {},
  roles: Host['roles'] = ['registry'],
): Promise<RegistryLab | { readonly skipped: string }> {
  if (process.getuid?.() !== 0) return { skipped: 'not root' };
  const sshd = await startSshd({ ownFolders: true, ...options });
  if ('skipped' in sshd) return sshd;
  const url = `https://127.0.0.1:${await freePort()}`;
  const endpoint = { url, prefix: 'site', user: 'pusher', credential: 'registry', host: 'data-01', names: [] };
  const {
    kubernetes: _,
    database: __,
    ...base
  } = testSite({
    hosts: [sshd.host({ name: 'data-01', roles })],
    registry: { ...endpoint, managed: { dataFolder: `${sshd.folder}/images`, listen: '127.0.0.1' } },
  });
  const kept = testContext({ secrets: { ssh: sshd.privateKey } });
  const pins = new Map<string, string>();
  const opened: Drivers[] = [];
  const walk: RegistryLab['walk'] = (change = {}) => {
    const { site = base, signal = new AbortController().signal } = change;
    const { release } = change.bundle ?? bundle;
    const drivers = openDrivers({
      ...{ site, release, signal, vault: kept.context.vault, facts: kept.context.facts },
      trust: { pinned: (at) => pins.get(at), pin: (at, key) => void pins.set(at, key) },
      scripts: scriptFolder(installerScripts),
    });
    opened.push(drivers);
    const made = testContext({ site, release, signal, drivers, bundle: change.bundle ?? bundle });
    const { vault, facts } = kept.context;
    const context = { ...made.context, vault, facts };
    return { context, recorded: made.recorded, drivers, stage: (stage) => runStage(context, stage) };
  };
  const first = walk();
  const run = async (line: string): Promise<string> => {
    const { code, stdout, stderr } = await (await first.drivers.ssh(base.hosts[0]!)).exec(line);
    assert.equal(code, 0, `${line}: ${stderr}`);
    return stdout.trim();
  };
  return {
    ...{ sshd, site: base, run, walk },
    stop: async () => {
      const remote = await first.drivers.ssh(base.hosts[0]!);
      await remote.script('registry-host.sh', ['stop', '/opt/sitewright/registry']);
      for (const drivers of opened) await drivers.close();
      await sshd.stop();
    },
  };
}

async function runStage(context: Walk['context'], stage: Stage): Promise<Readonly<Record<string, boolean>>> {
  const before: Record<string, boolean> = {};
  for (const step of stage.plan({ site: context.site, release: context.release })) {
    const kind = stage.steps[step.kind]!;
    const found = await kind.inspect?.(context, step.input);
    if (found !== undefined) before[step.id] = found.satisfied;
    if (found?.satisfied !== true) await kind.apply?.(context, step.input);
    await kind.verify?.(context, step.input);
  }
  return before;
}

/** Builds a release's folder and opens the bundle. */
export async function bundleOf(folder: string, out: string): Promise<ReleaseBundle> {
  await buildBundle({ source: folder, out, signingKey: generateKeyPairSync('ed25519').privateKey });
  return openReleaseBundle([out]);
}
