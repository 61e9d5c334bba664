import { whatSurvives } from '../ability.ts';
import type { UploadAbility } from '../journal.ts';
import { freshBlob } from './content.ts';
import type { Judgement } from './judge.ts';
import type { Observation } from './look.ts';
import { readBack } from './read-back.ts';
import { finish, open, type PathHands, send } from './uploads.ts';

/** What an upload in pieces came to. */
type Chunks = {
  readonly seen: Observation;
  readonly problem?: Judgement | undefined;
  readonly resumes: UploadAbility['resumes'];
};

const chunkBytes = 64 * 1024;

/** Two requests of one upload: whether both are kept, and what of an upload can be gone on with. */
export async function tryChunks(hands: PathHands, repository: string): Promise<Chunks> {
  const { registry, signal } = hands;
  const blob = freshBlob(chunkBytes * 2);
  const opened = await open(hands, repository);
  if (opened.location === undefined) return { ...opened, resumes: 'nothing' };
  const one = await send(hands, repository, opened.location, blob.content.subarray(0, chunkBytes), 0);
  // Too large already: the next probe finds the size that passes.
  if (one.problem?.cause === 'body-limit') return { seen: one.seen, resumes: 'nothing' };
  if (one.location === undefined) return { ...one, resumes: 'nothing' };
  const addresses = { first: opened.location, newest: one.location };
  const { resumes } = await whatSurvives(registry, repository, addresses, chunkBytes, signal);
  const two = await send(hands, repository, one.location, blob.content.subarray(chunkBytes), chunkBytes);
  if (two.location === undefined) return { seen: two.seen, problem: { cause: 'chunks-lost' }, resumes: 'nothing' };
  const done = await finish(hands, repository, two.location, blob.digest);
  const read = done.problem === undefined ? await readBack(hands, repository, blob) : done;
  if (read.problem !== undefined) return { seen: read.seen, problem: { cause: 'chunks-lost' }, resumes: 'nothing' };
  return { seen: two.seen, resumes, problem: resumes === 'nothing' ? { cause: 'not-resumable' } : undefined };
}
