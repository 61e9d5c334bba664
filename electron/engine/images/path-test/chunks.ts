import type { PathCause } from '../../../contract/path-test.ts';
import { whatSurvives } from '../ability.ts';
import type { UploadAbility } from '../journal.ts';
import { freshBlob } from './content.ts';
import type { Judgement } from './judge.ts';
import type { Observation } from './look.ts';
import { type Read, readBack } from './read-back.ts';
import { finish, open, type PathHands, send } from './uploads.ts';

/** What an upload in pieces came to. */
type Chunks = {
  readonly seen: Observation;
  readonly problem?: Judgement | undefined;
  readonly resumes: UploadAbility['resumes'];
};

/** No smaller body is ever pushed: where this one is too large, no layer passes. */
const chunkBytes = 64 * 1024;

/** Two requests of one upload: whether both are kept, and what of an upload can be gone on with. */
export async function tryChunks(hands: PathHands, repository: string): Promise<Chunks> {
  const { registry, signal } = hands;
  const blob = freshBlob(chunkBytes * 2);
  const opened = await open(hands, repository);
  if (opened.location === undefined) return { ...opened, resumes: 'nothing' };
  const one = await send(hands, repository, opened.location, blob.content.subarray(0, chunkBytes), 0);
  // A first request that is refused so is too large for some registries: as a push reads it.
  if (one.seen.status === 416) return { seen: one.seen, problem: { cause: 'body-limit-tiny' }, resumes: 'nothing' };
  if (one.location === undefined) return { ...one, resumes: 'nothing' };
  const addresses = { first: opened.location, newest: one.location };
  const { resumes } = await whatSurvives(registry, repository, addresses, chunkBytes, signal).catch(() => {
    signal.throwIfAborted();
    // The next request tells what lies between.
    return { resumes: 'nothing' as const };
  });
  const two = await send(hands, repository, one.location, blob.content.subarray(chunkBytes), chunkBytes);
  if (two.location === undefined) return lost(two);
  const done = await finish(hands, repository, two.location, blob.digest);
  const read = done.problem === undefined ? await readBack(hands, repository, blob) : done;
  if (read.problem !== undefined) return lost(read);
  return { seen: two.seen, resumes, problem: resumes === 'nothing' ? { cause: 'not-resumable' } : undefined };
}

/** Why the whole did not come out of its pieces: unless the refusal has a reason of its own, a piece was not kept. */
function lost({ seen, problem }: Read): Chunks {
  const cause = problem?.cause ?? 'unexpected';
  const pieces = unkept.includes(cause) && (seen.status ?? 500) < 500;
  return { seen, problem: pieces ? { cause: 'chunks-lost' } : problem, resumes: 'nothing' };
}

const unkept: readonly PathCause[] = ['unexpected', 'content-gone', 'content-changed'];
