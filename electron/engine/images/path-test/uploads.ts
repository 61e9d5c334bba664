import { setTimeout as wait } from 'node:timers/promises';
import { SitewrightError } from '../../../contract/errors.ts';
import { bodyOf, finishCall, mountCall, openCall, sendCall } from '../../drivers/registry/calls.ts';
import type { RegistryClient, UploadBody } from '../../drivers/registry/client.ts';
import type { Throwaway } from './content.ts';
import { type Addressed, type Judgement, judgeLocation, judgeRefusal } from './judge.ts';
import { headerOf, look, type Observation, patienceMs } from './look.ts';
import { store, type Traces } from './traces.ts';

/** The hands of one path test. */
export type PathHands = {
  readonly registry: RegistryClient;
  readonly to: Addressed;
  readonly signal: AbortSignal;
  /** Adds to the bytes that left. */
  readonly count: (bytes: number) => void;
  /** What is at the registry by now. */
  readonly traces: Traces;
};

/** What one try came to; `location` is the last address of the upload. */
export type Tried = { readonly seen: Observation; readonly problem?: Judgement; readonly location?: string };

/** Opens an upload, or mounts a blob of another repository. */
export async function open(
  hands: PathHands,
  repository: string,
  mount?: { readonly digest: string; readonly from: string },
): Promise<Tried> {
  const { registry, to, signal } = hands;
  const more = { patienceMs, signal };
  const seen =
    mount === undefined
      ? await look(registry, { ...openCall(repository), ...more })
      : await store(
          hands,
          { repository, kind: 'blobs', digest: mount.digest },
          { ...mountCall(repository, mount.digest, mount.from), ...more },
          [201],
        );
  if (seen.status === 201 && mount !== undefined) return { seen };
  if (seen.status !== 202) return { seen, problem: judgeRefusal(seen, to) };
  return located(hands, repository, seen);
}

/** Where the upload goes on by this answer; the address before it is void then. */
function located({ to, registry, traces }: PathHands, repository: string, seen: Observation, before?: string): Tried {
  const given = headerOf(seen, 'location') ?? before;
  const problem = judgeLocation(given, to);
  if (problem !== undefined || given === undefined) return { seen, ...(problem && { problem }) };
  const location = new URL(given, registry.origin).href;
  if (before !== undefined) traces.uploads.delete(before);
  traces.uploads.set(location, repository);
  return { seen, location };
}

/** One PATCH with these bytes; at an offset where it is one of several. */
export async function send(
  hands: PathHands,
  repository: string,
  location: string,
  content: Buffer,
  offset?: number,
): Promise<Tried> {
  const { registry, to, signal } = hands;
  const body = bodyOf(content, { ranged: offset !== undefined, sent: hands.count });
  const call = sendCall(repository, { location, offset: offset ?? 0 }, body);
  const seen = await look(registry, { ...call, patienceMs, signal });
  if (![201, 202, 204].includes(seen.status ?? 0)) return { seen, problem: judgeRefusal(seen, to) };
  return located(hands, repository, seen, location);
}

export async function finish(hands: PathHands, repository: string, location: string, digest: string): Promise<Tried> {
  const { to, traces, signal } = hands;
  const call = { ...finishCall(repository, location, digest), patienceMs: patienceMs * 3, signal };
  const accepted = [201, 204];
  const seen = await store(hands, { repository, kind: 'blobs', digest }, call, accepted);
  if (!accepted.includes(seen.status ?? 0)) return { seen, problem: judgeRefusal(seen, to) };
  traces.uploads.delete(location);
  return { seen };
}

/** A whole blob in one request. */
export async function upload(
  hands: PathHands,
  repository: string,
  { content, digest }: Throwaway,
  opened?: string,
): Promise<Tried> {
  const begun = opened === undefined ? await open(hands, repository) : undefined;
  const location = opened ?? begun?.location;
  if (location === undefined) return begun!;
  const sent = await send(hands, repository, location, content);
  if (sent.location === undefined) return sent;
  return await finish(hands, repository, sent.location, digest);
}

/** Thrown into a body that was only announced. */
class Enough extends SitewrightError {}

/**
 * Announces a body of this size and sends its first bytes only: who refuses by the announced size does so at once, and nothing
 * of it need be sent. Gives the refusal, or nothing where none came in time.
 */
export async function announce(
  hands: PathHands,
  repository: string,
  location: string,
  bytes: number,
): Promise<Observation | undefined> {
  const { registry, signal, count } = hands;
  const first = Buffer.alloc(Math.min(bytes, announcedBytes));
  const body: UploadBody = {
    length: bytes,
    ranged: false,
    sent: count,
    open: async function* () {
      yield first;
      await wait(announcedMs, undefined, { signal }).catch(() => undefined);
      throw new Enough('cancelled');
    },
  };
  try {
    const seen = await look(registry, { ...sendCall(repository, { location, offset: 0 }, body), signal });
    return seen.status === 413 || seen.status === 416 ? seen : undefined;
  } catch (error) {
    if (error instanceof Enough && !signal.aborted) return undefined;
    throw error;
  }
}

const announcedBytes = 64 * 1024;
/** Time that a refusal has to come back, ms. */
const announcedMs = 1000;
