import { join } from 'node:path';
import { SitewrightError } from '../../electron/contract/errors.ts';
import type { Site } from '../../electron/contract/site.ts';
import { siteSchema } from '../../electron/contract/site.ts';
import { say, type Text } from '../../electron/contract/text.ts';
import type { Finding, StageId } from '../../electron/contract/views.ts';
import type { Drivers } from '../../electron/engine/drivers/drivers.ts';
import type { Json, StepContext } from '../../electron/engine/plan/step.ts';

/** What a step did to a memory context. */
export type Recorded = {
  readonly findings: Finding[];
  readonly evidence: { id: string; title: string; mediaType: string; content: string | Uint8Array }[];
  readonly log: string[];
  readonly facts: Map<string, Json>;
  readonly secrets: Map<string, string>;
  checkpoint: Json | undefined;
};

/** A site with three hosts and all endpoints, for tests. */
export function testSite(change: Partial<Site> = {}): Site {
  const host = (name: string, roles: string[]) => ({
    name,
    address: '127.0.0.1',
    port: 22,
    user: 'root',
    credential: 'ssh',
    roles,
  });
  const base = siteSchema.parse({
    format: 1,
    name: 'test-site',
    title: '测试站点',
    profile: 'production',
    project: {},
    hosts: [
      host('app-01', ['control-plane', 'worker']),
      host('app-02', ['worker']),
      host('data-01', ['database', 'registry']),
    ],
    registry: {
      url: 'https://127.0.0.1:5000',
      prefix: 'site',
      user: 'pusher',
      credential: 'registry',
      host: 'data-01',
      names: ['registry.site.internal'],
    },
    kubernetes: { kubeconfig: 'kubeconfig', server: 'https://127.0.0.1:6443' },
    database: {
      kind: 'postgresql',
      address: '127.0.0.1',
      port: 5432,
      user: 'postgres',
      credential: 'database',
      host: 'data-01',
      names: ['database.site.internal'],
    },
  });
  return { ...base, ...change };
}

/** A StepContext in memory. Parts that a test does not give throw when they are used. */
export function testContext(
  parts: {
    site?: Site;
    drivers?: Partial<Drivers>;
    secrets?: Record<string, string>;
    stage?: StageId;
    signal?: AbortSignal;
  } & Partial<Pick<StepContext, 'release' | 'bundle' | 'progress'>> = {},
): { context: StepContext; recorded: Recorded } {
  const recorded: Recorded = {
    findings: [],
    evidence: [],
    log: [],
    facts: new Map(),
    secrets: new Map(Object.entries(parts.secrets ?? {})),
    checkpoint: undefined,
  };
  const absent = (name: string) => () => {
    throw new Error(`the test gave no ${name}`);
  };
  const drivers = new Proxy((parts.drivers ?? {}) as Drivers, {
    get: (target, name) => Reflect.get(target, name) ?? absent(`driver ${String(name)}`),
  });
  const get = (name: string) => {
    const value = recorded.secrets.get(name);
    if (value === undefined) throw new SitewrightError('vault-missing-secret', { name });
    return value;
  };
  const context: StepContext = {
    site: parts.site ?? testSite(),
    release: parts.release ?? (undefined as unknown as StepContext['release']),
    bundle: parts.bundle ?? (undefined as unknown as StepContext['bundle']),
    drivers,
    vault: {
      get,
      has: (name) => recorded.secrets.has(name),
      set: (name, value) => void recorded.secrets.set(name, value),
      names: () => [...recorded.secrets.keys()],
      getOrCreate: (name, make) => {
        if (!recorded.secrets.has(name)) recorded.secrets.set(name, make());
        return get(name);
      },
      mask: (words) =>
        [...recorded.secrets].reduce((masked, [name, value]) => masked.replaceAll(value, `<${name}>`), words),
    },
    facts: {
      get: (subject, name) => recorded.facts.get(join(subject, name)),
      put: (subject, name, value) => void recorded.facts.set(join(subject, name), value),
      subjects: (name) =>
        [...recorded.facts.keys()]
          .filter((key) => key.endsWith(join('/', name)))
          .map((key) => key.slice(0, -name.length - 1)),
    },
    pause: new AbortController().signal,
    signal: parts.signal ?? new AbortController().signal,
    now: () => new Date(),
    progress: parts.progress ?? (() => undefined),
    log: (_level, target, words: Text) => void recorded.log.push(`${target}: ${say('en-US', words)}`),
    evidence: (title, mediaType, content) => {
      const id = `E-${String(recorded.evidence.length + 1).padStart(4, '0')}`;
      recorded.evidence.push({ id, title: say('en-US', title), mediaType, content });
      return id;
    },
    finding: (finding) => {
      const at = recorded.findings.findIndex(
        (known) => known.check === finding.check && known.subject === finding.subject,
      );
      if (at >= 0) recorded.findings.splice(at, 1);
      recorded.findings.push({ ...finding, stage: parts.stage ?? 'environment', at: new Date().toISOString() });
    },
    checkpoint: () => recorded.checkpoint,
    saveCheckpoint: (state) => {
      recorded.checkpoint = state;
    },
    findings: () => recorded.findings,
  };
  return { context, recorded };
}
