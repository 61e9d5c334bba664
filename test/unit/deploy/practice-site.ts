import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Site, siteSchema } from '../../../electron/contract/site.ts';
import { say } from '../../../electron/contract/text.ts';
import { buildBundle } from '../../../electron/engine/bundle/build.ts';
import type { ReleaseBundle } from '../../../electron/engine/bundle/bundle.ts';
import { openReleaseBundle } from '../../../electron/engine/bundle/open.ts';
import { openDrivers } from '../../../electron/engine/drivers/open.ts';
import { scriptFolder } from '../../../electron/engine/drivers/ssh/scripts.ts';
import type { Stage, StepContext } from '../../../electron/engine/plan/step.ts';
import { openPractice, type PracticeSite, removePractice } from '../../../electron/practice/launch.ts';
import { type Recorded, testContext } from '../../kit/context.ts';
import { kubeconfigFor } from '../kubernetes/fake-api.ts';

const root = resolve(import.meta.dirname, '../../..');

/** A practice site with the sample release's bundle, and a memory context whose drivers reach it. */
export type DeploySite = {
  readonly practice: PracticeSite;
  readonly site: Site;
  readonly bundle: ReleaseBundle;
  readonly context: StepContext;
  readonly recorded: Recorded;
  readonly notes: string[];
  readonly close: () => Promise<void>;
};

export async function deploySite(parameters: Site['parameters'] = {}): Promise<DeploySite> {
  const folder = await mkdtemp(join(tmpdir(), 'practice-test-'));
  const word = (): string => randomBytes(12).toString('hex');
  const secrets = { ssh: word(), registry: word(), database: word(), cluster: word() };
  const out = join(folder, 'bundle');
  const signingKey = generateKeyPairSync('ed25519').privateKey;
  const [practice] = await Promise.all([
    openPractice({ folder: join(folder, 'practice'), secrets }),
    buildBundle({ source: join(root, 'bundles', 'energy'), out, signingKey }),
  ]).catch(async (error) => {
    process.stderr.write(await readFile(join(folder, 'practice', 'practice.log'), 'utf8').catch(() => ''));
    throw error;
  });
  const bundle = await openReleaseBundle([out]);
  const { hosts, registry, database, kubernetes } = practice.ready;
  const site = siteSchema.parse({
    format: 1,
    name: 'deploy-test',
    title: '部署测试',
    practice: true,
    profile: 'poc',
    project: {},
    hosts: hosts.map((host) => ({ ...host, credential: 'ssh' })),
    registry: { ...registry, prefix: 'site', credential: 'registry' },
    kubernetes: { kubeconfig: 'kubeconfig', server: kubernetes.server },
    database: { ...database, kind: 'postgresql', credential: 'database' },
    parameters,
  });
  const stop = new AbortController();
  const notes: string[] = [];
  const { context: base, recorded } = testContext({
    progress: (_done, _total, _unit, note) => void notes.push(note === undefined ? '' : say('en-US', note)),
    site,
    release: bundle.release,
    bundle,
    signal: stop.signal,
    secrets: {
      ssh: secrets.ssh,
      registry: secrets.registry,
      database: secrets.database,
      kubeconfig: kubeconfigFor(kubernetes.server, kubernetes.authority, secrets.cluster),
    },
  });
  const pinned = new Map<string, string>();
  const trust = {
    pinned: (host: string) => pinned.get(host),
    pin: (host: string, key: string) => void pinned.set(host, key),
  };
  const drivers = openDrivers({
    site,
    release: bundle.release,
    vault: base.vault,
    facts: base.facts,
    trust,
    scripts: scriptFolder(join(root, 'installer-scripts')),
    signal: stop.signal,
  });
  return {
    practice,
    site,
    bundle,
    recorded,
    notes,
    context: { ...base, drivers },
    close: async () => {
      stop.abort();
      await drivers.close();
      await bundle.close();
      await practice.stop();
      await removePractice(join(folder, 'practice'));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Runs the steps of a stage one after the other, as the run does: inspect, apply what differs, verify. Returns the ids that were applied. */
export async function runStage(stage: Stage, context: StepContext, recorded: Recorded): Promise<readonly string[]> {
  const applied: string[] = [];
  for (const { id, kind, input } of stage.plan({ site: context.site, release: context.release })) {
    const step = stage.steps[kind];
    if (step === undefined) throw new Error(`no step kind ${kind}`);
    recorded.checkpoint = undefined;
    const satisfied = step.inspect !== undefined && (await step.inspect(context, input)).satisfied;
    if (!satisfied && step.apply !== undefined) {
      await step.apply(context, input);
      applied.push(id);
    }
    await step.verify?.(context, input);
  }
  return applied;
}
