import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Text } from '../../contract/text.ts';
import type { Json, StepContext } from '../plan/step.ts';
import type { Check } from './judge.ts';
import type { Suite } from './schema.ts';
import { type Lookup, MissingVariable } from './variables.ts';

/** What steps of a suite may use. Captures of a case live in its own scope. */
export type World = {
  readonly context: StepContext;
  readonly suite: Suite;
  /** Aborts the steps of a case; cleanups get one of their own. */
  readonly signal: AbortSignal;
  readonly lookup: Lookup;
  /** Says how far a long step is. */
  readonly progress: (done: number, total: number, note: Text) => void;
};

/** What a step saw. The runner masks `evidence` before it is stored. */
export type Observation = {
  readonly checks: readonly Check[];
  /** What JSON paths of captures and assertions look into. */
  readonly document?: Json | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly durationMs: number;
  readonly evidence: string;
  readonly chart?: Json;
  /** Measured values in words, where the checks alone say too little. */
  readonly figures?: Text;
  /** The laptop was the limit: the figures describe it, not the service. */
  readonly limited?: Text;
};

const endpointSchema = z.object({ url: z.string(), address: z.string(), port: z.number(), servername: z.string() });
export type ServiceEndpoint = z.infer<typeof endpointSchema>;

/** Where a service of the release is reached; written by the services stage. Error: MissingVariable. */
export function serviceEndpoint(context: StepContext, service: string): ServiceEndpoint {
  const parsed = endpointSchema.safeParse(context.facts.get(`service:${service}`, 'endpoint'));
  if (!parsed.success) throw new MissingVariable(`service.${service}`);
  return parsed.data;
}

/** The address form of a service's URL: a laptop seldom resolves the site's names, the certificate is still verified by name. */
export function addressUrl(endpoint: ServiceEndpoint, path: string): string {
  const address = endpoint.address.includes(':') ? `[${endpoint.address}]` : endpoint.address;
  return new URL(path, `${new URL(endpoint.url).protocol}//${address}:${endpoint.port}`).href;
}

/**
 * Mark of everything that a suite creates at a site. The same on every attempt, so that what a killed one left
 * behind is found and removed; different between sites and releases that share a service.
 */
export function runTag(context: Pick<StepContext, 'site' | 'release'>): string {
  const digest = createHash('sha256').update(`${context.site.name} ${context.release.digest}`).digest('hex');
  return `SWT-${digest.slice(0, 8).toUpperCase()}`;
}

/** Answers `service.*`, `secret.*`, `run.*`, `site.*`, `database.*` and `release.*`. Errors: vault-missing-secret. */
export function siteLookup(context: StepContext): Lookup {
  const nonce = randomBytes(4).toString('hex');
  return (name) => {
    const dot = name.indexOf('.');
    const [root, rest] = dot < 0 ? [name, ''] : [name.slice(0, dot), name.slice(dot + 1)];
    if (root === 'secret') return context.vault.get(rest);
    if (root === 'run') return { tag: runTag(context), nonce, time: context.now().toISOString() }[rest];
    if (root === 'service') {
      const [service = '', field = 'url'] = rest.split('.');
      return { ...serviceEndpoint(context, service) }[field as keyof ServiceEndpoint];
    }
    if (root === 'release')
      return {
        name: context.release.file.name,
        version: context.release.file.version,
        namespace: context.release.file.namespace,
      }[rest];
    if (root === 'database') {
      const { name: database, owner } = context.release.file.database;
      return { name: database, owner, address: context.site.database?.address, port: context.site.database?.port }[
        rest
      ];
    }
    return root === 'site' ? field(context.site, rest) : undefined;
  };
}

function field(value: unknown, path: string): Json | undefined {
  const found = path
    .split('.')
    .reduce<unknown>(
      (at, key) => (at !== null && typeof at === 'object' ? (at as Record<string, unknown>)[key] : undefined),
      value,
    );
  return found === undefined ? undefined : (found as Json);
}
