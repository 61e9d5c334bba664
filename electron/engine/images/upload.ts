import { setTimeout as wait } from 'node:timers/promises';
import { SitewrightError } from '../../contract/errors.ts';
import type { Bundle } from '../bundle/bundle.ts';
import type { ChunkMemories } from '../bundle/chunk-memory.ts';
import type { RegistryClient, UploadSession } from '../drivers/registry/client.ts';
import { smallerBody } from './ability.ts';
import { type BlobSource, openBlobSource } from './blob-source.ts';
import type { Descriptor } from './content.ts';
import type { PushJournal, UploadAbility } from './journal.ts';
import { isPassing, type Persistence } from './persistence.ts';

/** Thrown where a push stops on demand: what is open stands in the journal. */
export class Paused extends Error {}

/** What every upload of a push works with. */
export type UploadHands = {
  readonly bundle: Bundle;
  readonly memories: ChunkMemories;
  readonly registry: RegistryClient;
  readonly journal: PushJournal;
  readonly persistence: Persistence;
  readonly signal: AbortSignal;
  /** Asks to stop at the next point from which nothing is sent again. */
  readonly pause: AbortSignal;
  /** Largest request to a registry that goes on with an upload, bytes. */
  readonly chunkBytes: number;
};

export type UploadListener = {
  /** Bytes that have left. */
  readonly sent: (bytes: number) => void;
  /** Bytes of the blob that the registry has acknowledged. */
  readonly held: (offset: number) => void;
};

/** Sessions of one blob that may turn out to be lost or spoiled before it is given up. */
const freshStarts = 12;

/**
 * One blob into one repository: goes on with a session that the journal knows, falls back to what the registry says that it
 * holds after every setback, sends smaller requests where large ones are refused. Throws Paused, cancelled, or the registry's
 * refusal; only after a refusal is the session taken away.
 */
export async function uploadBlob(
  hands: UploadHands,
  repository: string,
  blob: Descriptor,
  listener: UploadListener,
  opened?: UploadSession,
): Promise<void> {
  const { registry, journal, signal } = hands;
  const memory = hands.memories.take();
  const source = openBlobSource(hands.bundle, blob, memory, signal);
  const setbacks = hands.persistence.setbacks();
  const known = journal.session(repository, blob.digest);
  let session = known ?? opened;
  /** Whether the session's offset is what the registry last said. */
  let certain = known === undefined && opened !== undefined;
  let closing = false;
  let starts = 0;
  let requests = 0;
  let length = 0;
  /** Why the upload was last begun anew. */
  let failure: unknown;
  if (opened !== undefined) {
    // One that was begun earlier holds bytes already; the other was never asked for.
    if (known === undefined) journal.keep(repository, blob.digest, opened);
    else await registry.abandonUpload(repository, opened);
  }

  const locate = async (): Promise<UploadSession> => {
    if (session !== undefined && !certain) {
      const there = await settledStatus(registry, repository, session, signal);
      // Empty or lost: nothing is left behind.
      if (there === undefined) await registry.abandonUpload(repository, session);
      // What arrived before a cut is progress: a line that is cut again and again is not one that is down.
      else if (there.offset > session.offset) setbacks.forget();
      session = there;
    }
    if (session !== undefined && session.offset > blob.size) {
      await registry.abandonUpload(repository, session);
      session = undefined;
    }
    if (session === undefined) {
      // A registry that loses every upload would be sent the same bytes for ever.
      if (starts >= freshStarts) throw failure ?? lost(registry, repository, 'POST upload');
      session = await registry.openUpload(repository, signal);
      starts += 1;
    }
    certain = true;
    journal.keep(repository, blob.digest, session);
    listener.held(session.offset);
    return session;
  };

  try {
    for (;;) {
      try {
        let at = await locate();
        while (at.offset < blob.size) {
          if (hands.pause.aborted) throw new Paused();
          certain = false;
          length = requestLength(blob.size - at.offset, blob.size, hands);
          const next = await sendStretch(hands, repository, blob, source, at, length, listener);
          // What stands still though it was acknowledged would go on for ever.
          if (next.offset <= at.offset) throw lost(registry, repository, 'PATCH upload');
          at = next;
          session = at;
          certain = true;
          journal.keep(repository, blob.digest, at);
          listener.held(at.offset);
          requests += 1;
          setbacks.forget();
        }
        closing = true;
        await registry.finishUpload(repository, at, blob.digest, signal);
        // Some registries keep the last request only and say that all is well.
        if (requests > 1 && (await registry.headBlob(repository, blob.digest)) !== blob.size)
          throw lost(registry, repository, 'PUT upload');
        journal.forget(repository, blob.digest);
        // Every request was answered: nothing of it is on a line any more.
        hands.memories.give(memory);
        return;
      } catch (error) {
        certain = false;
        failure = error;
        if (error instanceof Paused) throw error;
        if (signal.aborted) throw error;
        if (hands.pause.aborted && !closing) throw new Paused();
        const status = error instanceof SitewrightError ? Number(error.params.status) : Number.NaN;
        if (status === 416 && !closing && session !== undefined) {
          // What an attempt that was cut had left on the line may have arrived since: the session is good, further on.
          const { offset } = session;
          const now = await settledStatus(registry, repository, session, signal).catch(() => undefined);
          if (now !== undefined && now.offset > offset) {
            session = now;
            certain = true;
            continue;
          }
        }
        const large = session !== undefined && !closing && tooLarge(status);
        if (large && (await shrink(hands, repository, session!, status, length))) continue;
        // Nothing that went before could have spoilt a new upload that is refused.
        if (session !== undefined && [400, 404, 416].includes(status) && starts < freshStarts) {
          // The registry does not know the session, or holds something else in it: from the beginning.
          await registry.abandonUpload(repository, session);
          journal.forget(repository, blob.digest);
          session = undefined;
        } else await setbacks.wait(error);
        // The answer to a closing request may be what was lost.
        if (closing) {
          const there = await hands.persistence
            .again(() => registry.headBlob(repository, blob.digest))
            // Why the closing request failed says more than that nothing more could be asked.
            .catch(() => Promise.reject(error));
          if (there === blob.size) {
            journal.forget(repository, blob.digest);
            return;
          }
        }
        closing = false;
      }
    }
  } catch (error) {
    // Behind a line that is down the upload is as good as it was: the same push goes on inside it.
    if (!(error instanceof Paused) && !isPassing(error) && !signal.aborted && session !== undefined) {
      await registry.abandonUpload(repository, session);
      journal.forget(repository, blob.digest);
    }
    throw error;
  } finally {
    await source.close();
  }
}

/** Time between two questions how far an upload is, ms, and how often the answer may still change. */
const settleMs = 150;
const settleQuestions = 20;

/**
 * How far an upload is, once nothing of a request that was cut arrives any more: the bytes that the kernel and proxies still
 * held come in after the process that sent them is gone. Going on before their end would cost the session.
 */
async function settledStatus(
  registry: RegistryClient,
  repository: string,
  session: UploadSession,
  signal: AbortSignal,
): Promise<UploadSession | undefined> {
  let last = await registry.uploadStatus(repository, session, signal);
  for (let asked = 1; last !== undefined && asked < settleQuestions; asked += 1) {
    await wait(settleMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    const next = await registry.uploadStatus(repository, last, signal);
    if (next === undefined || next.offset === last.offset) return next;
    last = next;
  }
  return last;
}

/**
 * Everything that is left in one request, unless what lies before the registry makes smaller ones the better choice, or the
 * registry goes on where a request ended: a pause then has one request to wait for, and nothing is on the line that would be lost.
 */
function requestLength(left: number, size: number, { journal, chunkBytes }: UploadHands): number {
  const ability = journal.ability();
  const resumes = ability !== undefined && ability.resumes !== 'nothing';
  const most = resumes && size > chunkBytes ? chunkBytes : left;
  return Math.min(left, most, ability?.bodyLimit ?? left);
}

async function sendStretch(
  hands: UploadHands,
  repository: string,
  blob: Descriptor,
  source: BlobSource,
  session: UploadSession,
  length: number,
  listener: UploadListener,
): Promise<UploadSession> {
  const { registry, signal } = hands;
  let left = session.offset;
  const body = {
    length,
    ranged: length < blob.size,
    open: () => source.stretch(session.offset, length),
    sent: (bytes: number) => {
      left += bytes;
      listener.sent(bytes);
      listener.held(left);
    },
  };
  return await registry.sendUpload(repository, session, body, signal);
}

/** 413 is a limit of what lies before the registry; some registries say 416 for theirs. */
const tooLarge = (status: number) => status === 413 || status === 416;

/** Learns a smaller size of requests after one was refused; false where the size was not the reason, or no smaller one is left. */
async function shrink(
  hands: UploadHands,
  repository: string,
  session: UploadSession,
  status: number,
  length: number,
): Promise<boolean> {
  const { registry, journal, signal } = hands;
  // Nothing that was acknowledged can be contradicted: a first request that is refused so is too large.
  if (status === 416 && session.offset > 0) {
    const there = await registry.uploadStatus(repository, session, signal).catch(() => undefined);
    if (there?.offset !== session.offset) return false;
  }
  const bodyLimit = smallerBody(length);
  if (bodyLimit === undefined) return false;
  const known: UploadAbility = journal.ability() ?? { resumes: 'nothing' };
  journal.learn({ ...known, bodyLimit });
  return true;
}

function lost(registry: RegistryClient, repository: string, what: string): SitewrightError {
  return new SitewrightError('registry-content-missing', { registry: registry.host, what: `${what} ${repository}` });
}
