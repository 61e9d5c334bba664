import { once } from 'node:events';
import { abandonCall, blobCall, manifestCall, removeCall } from '../../drivers/registry/calls.ts';
import type { RegistryClient } from '../../drivers/registry/client.ts';
import type { Call } from '../../drivers/registry/transport.ts';
import { headerOf, look, type Observation, patienceMs } from './look.ts';

/** One piece of content; `certain` where the registry has said that it took it, and no answer was lost. */
type Stored = {
  readonly repository: string;
  readonly kind: 'manifests' | 'blobs';
  readonly digest: string;
  readonly certain: boolean;
};

/** What one test has at the registry and has not taken away yet. */
export type Traces = {
  /** Open uploads: the newest address of each, and its repository. */
  readonly uploads: Map<string, string>;
  /** Content by `repository@digest`, in the order in which it was stored. */
  readonly content: Map<string, Stored>;
};

type Leaving = { readonly registry: RegistryClient; readonly traces: Traces };

/** Notes content that is there, whoever stored it. */
export function noteStored({ content }: Traces, what: Omit<Stored, 'certain'>): void {
  content.set(nameOf(what), { ...what, certain: true });
}

/** Sends the request that stores content. Until it is refused, it may be there: also where no answer comes. */
export async function store(
  { registry, traces: { content } }: Leaving,
  what: Omit<Stored, 'certain'>,
  call: Call,
  accepted: readonly number[],
): Promise<Observation> {
  const before = content.get(nameOf(what));
  if (before === undefined) content.set(nameOf(what), { ...what, certain: false });
  const seen = await look(registry, call);
  if (accepted.includes(seen.status ?? 0)) content.set(nameOf(what), { ...what, certain: true });
  else if (seen.status !== undefined && seen.status < 500 && before === undefined) content.delete(nameOf(what));
  return seen;
}

const nameOf = ({ repository, digest }: Omit<Stored, 'certain'>) => `${repository}@${digest}`;

/** Takes an open upload away; what cannot be taken away expires at the registry. */
export async function abandon({ registry, traces }: Leaving, location: string, signal: AbortSignal): Promise<void> {
  const repository = traces.uploads.get(location);
  if (repository === undefined) return;
  const call = { ...abandonCall(repository, location), patienceMs, signal };
  const { status } = await look(registry, call);
  // The address is older than bytes that were cut: some registries tell the newest one.
  if (status === 400 || status === 416) {
    const asked = await look(registry, { ...call, method: 'GET' });
    const newest = headerOf(asked, 'location');
    const there = (asked.status ?? 500) < 300 && newest !== undefined && URL.canParse(newest, registry.origin);
    if (there) await look(registry, { ...call, path: new URL(newest, registry.origin).href });
  }
  traces.uploads.delete(location);
}

/** Takes the content away until it is cancelled, what refers to other content first. Gives the names of what stays. */
export async function takeAway({ registry, traces }: Leaving, signal: AbortSignal): Promise<readonly string[]> {
  const left: string[] = [];
  for (const [name, one] of [...traces.content].reverse()) {
    const there = await stays(registry, one, signal);
    if (signal.aborted) break;
    traces.content.delete(name);
    if (there) left.push(name);
  }
  return left;
}

async function stays(registry: RegistryClient, what: Stored, signal: AbortSignal): Promise<boolean> {
  const { repository, kind, digest, certain } = what;
  const ask = async (call: Call) =>
    (await look(registry, { ...call, patienceMs, signal }).catch(() => undefined))?.status ?? 0;
  if ([200, 202, 204].includes(await ask(removeCall(repository, kind, digest)))) return false;
  const asked = kind === 'blobs' ? blobCall : manifestCall;
  const status = await ask(asked('HEAD', repository, digest));
  return status === 200 || (certain && status !== 404);
}

/** Longest time that is spent on the end of a test, ms: it may have been cancelled, or the registry be gone. */
const endMs = 5_000;

/** The end of a test, however it went: takes away whatever is still there, in a short time. Gives the names of what stays. */
export async function cleanUp(leaving: Leaving): Promise<readonly string[]> {
  const { uploads, content } = leaving.traces;
  const limit = AbortSignal.timeout(endMs);
  const left: string[] = [];
  const abandoned = [...uploads.keys()].map((location) => abandon(leaving, location, limit));
  const taken = takeAway(leaving, limit).then((names) => left.push(...names));
  await Promise.race([Promise.allSettled([...abandoned, taken]), once(limit, 'abort')]);
  const remaining = [...content].filter(([, { certain }]) => certain).map(([name]) => name);
  return [...left, ...remaining];
}
