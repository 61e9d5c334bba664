import { hash } from 'node:crypto';

/** A stretch of content that begins and ends where the content itself says so; equal content is cut alike wherever it stands. */
export type Chunk = { readonly id: string; readonly offset: number; readonly length: number };

const smallest = 2 * 1024;
const largest = 64 * 1024;
/** 13 bits: about 8 KiB beyond the smallest chunk on the average. */
const mask = 0x1fff << 19;

/** A random number per byte value; the same on every machine. */
const gear = Uint32Array.from({ length: 256 }, (_, value) =>
  Number.parseInt(hash('sha256', `sitewright gear ${value}`, 'hex').slice(0, 8), 16),
);

/** Cuts content by a rolling hash over its last 32 bytes. */
export async function chunksOf(content: AsyncIterable<Buffer>): Promise<readonly Chunk[]> {
  const chunks: Chunk[] = [];
  let rest: Buffer = Buffer.alloc(0);
  let offset = 0;
  const keep = (length: number): void => {
    chunks.push({ id: hash('sha256', rest.subarray(0, length), 'base64'), offset, length });
    offset += length;
    rest = rest.subarray(length);
  };
  for await (const piece of content) {
    rest = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    while (rest.length >= largest) keep(cut(rest));
  }
  while (rest.length > 0) keep(cut(rest));
  return chunks;
}

function cut(content: Buffer): number {
  const end = Math.min(content.length, largest);
  if (end <= smallest) return end;
  let rolling = 0;
  for (let at = smallest - 32; at < end; at += 1) {
    rolling = ((rolling << 1) + gear[content[at]!]!) | 0;
    if (at >= smallest && (rolling & mask) === 0) return at + 1;
  }
  return end;
}

/** Equal stretches of an old and a new content, in the order of both. */
export type Match = { readonly old: number; readonly new: number; readonly length: number };

/**
 * Finds what the new content keeps of the old one, in one order, so that both can be read from their beginning to their end at once.
 * Chunks that stand once on each side are matched as far as they rise together; from each, equal neighbours are added.
 */
export function matches(before: readonly Chunk[], after: readonly Chunk[]): readonly Match[] {
  const once = (chunks: readonly Chunk[]): ReadonlyMap<string, number> => {
    const places = new Map<string, number>();
    for (const [index, { id }] of chunks.entries()) places.set(id, places.has(id) ? -1 : index);
    return places;
  };
  const old = once(before);
  const pairs: [number, number][] = [];
  for (const [id, index] of once(after)) {
    const at = old.get(id) ?? -1;
    if (index >= 0 && at >= 0) pairs.push([at, index]);
  }
  pairs.sort((a, b) => a[1] - b[1]);
  const found: Match[] = [];
  let [oldEnd, newEnd] = [0, 0];
  for (const [oldAt, newAt] of rising(pairs)) {
    if (oldAt < oldEnd || newAt < newEnd) continue;
    let [oldFrom, newFrom] = [oldAt, newAt];
    while (oldFrom > oldEnd && newFrom > newEnd && before[oldFrom - 1]!.id === after[newFrom - 1]!.id) {
      oldFrom -= 1;
      newFrom -= 1;
    }
    [oldEnd, newEnd] = [oldAt + 1, newAt + 1];
    while (oldEnd < before.length && newEnd < after.length && before[oldEnd]!.id === after[newEnd]!.id) {
      oldEnd += 1;
      newEnd += 1;
    }
    const last = after[newEnd - 1]!;
    const length = last.offset + last.length - after[newFrom]!.offset;
    found.push({ old: before[oldFrom]!.offset, new: after[newFrom]!.offset, length });
  }
  return found;
}

/** The longest run of pairs whose first numbers rise; the second ones rise already. */
function rising(pairs: readonly [number, number][]): readonly [number, number][] {
  const tails: number[] = [];
  const previous = new Int32Array(pairs.length).fill(-1);
  for (const [index, [value]] of pairs.entries()) {
    let [low, high] = [0, tails.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pairs[tails[middle]!]![0] < value) low = middle + 1;
      else high = middle;
    }
    if (low > 0) previous[index] = tails[low - 1]!;
    tails[low] = index;
  }
  const run: [number, number][] = [];
  for (let index = tails.at(-1) ?? -1; index >= 0; index = previous[index]!) run.push(pairs[index]!);
  return run.reverse();
}
