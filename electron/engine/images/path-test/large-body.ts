import { smallerBody } from '../ability.ts';
import type { Judgement } from './judge.ts';
import type { Observation } from './look.ts';
import { abandon } from './traces.ts';
import { announce, open, type PathHands, send, type Tried } from './uploads.ts';

/** What large bodies meet on their way. */
export type LargeBody = {
  readonly problem?: Judgement;
  readonly seen?: Observation;
  /** Bytes per second of the largest body that went through. */
  readonly uplink?: number;
  /** Largest size that goes through, where a larger one is refused. */
  readonly bodyLimit?: number;
};

const mebibyte = 1024 ** 2;
/** Bodies that are really sent, one after the other as long as each takes a moment only: some count instead of reading the announced size. */
const really = [mebibyte / 4, mebibyte + 1, 8 * mebibyte];
/** Longest that a body may be expected to take, s. */
const momentS = 2;

/**
 * Finds a limit on bodies before the first layer meets it: by announcing the largest layer, and by sending as much as takes no
 * more than a moment on this line.
 */
export async function tryLargeBodies(hands: PathHands, repository: string, largest: number): Promise<LargeBody> {
  let uplink: number | undefined;
  let limit = await announcedLimit(hands, repository, largest);
  for (const bytes of really) {
    if (bytes > largest || (limit !== undefined && bytes > limit.bytes)) continue;
    if (uplink !== undefined && bytes / uplink > momentS) break;
    const tried = await sendOne(hands, repository, bytes);
    if (tried.problem === undefined) {
      uplink = bytes / Math.max(0.001, tried.seen.ms / 1000);
      continue;
    }
    const smaller = tooLarge(tried.seen) ? await fitting(hands, repository, bytes) : tried;
    if (typeof smaller !== 'number') return { ...smaller, ...(uplink !== undefined && { uplink }) };
    limit = { bytes: smaller, seen: tried.seen };
    break;
  }
  const measured = uplink === undefined ? {} : { uplink };
  if (limit === undefined) return measured;
  const bodyLimit = limit.bytes;
  return bodyLimit === 0
    ? { ...measured, problem: { cause: 'body-limit-tiny' }, seen: limit.seen }
    : { ...measured, problem: { cause: 'body-limit', params: { bytes: bodyLimit } }, seen: limit.seen, bodyLimit };
}

const tooLarge = ({ status }: Observation) => status === 413 || status === 416;

type Limit = { readonly bytes: number; readonly seen: Observation };

/** The largest announced size that is not refused, of those that a push tries; undefined where the largest layer itself is none. */
async function announcedLimit(hands: PathHands, repository: string, largest: number): Promise<Limit | undefined> {
  let refused: Observation | undefined;
  for (let bytes: number | undefined = largest; bytes !== undefined; bytes = smallerBody(bytes)) {
    const { location } = await open(hands, repository);
    if (location === undefined) return undefined;
    const answer = await announce(hands, repository, location, bytes);
    if (answer === undefined) return refused && { bytes, seen: refused };
    refused = answer;
  }
  return refused && { bytes: 0, seen: refused };
}

/** The largest size below a refused one that is taken when it is really sent; 0 where none is. What else went wrong, if anything. */
async function fitting(hands: PathHands, repository: string, refused: number): Promise<number | Tried> {
  for (let bytes = smallerBody(refused); bytes !== undefined; bytes = smallerBody(bytes)) {
    const tried = await sendOne(hands, repository, bytes);
    if (tried.problem === undefined) return bytes;
    if (!tooLarge(tried.seen)) return tried;
  }
  return 0;
}

/** One body, taken away at once: it is large. */
async function sendOne(hands: PathHands, repository: string, bytes: number) {
  const opened = await open(hands, repository);
  if (opened.location === undefined) return opened;
  const tried = await send(hands, repository, opened.location, Buffer.alloc(bytes));
  await abandon(hands, tried.location ?? opened.location, hands.signal);
  return tried;
}
