import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Match } from './chunks.ts';
import type { Cursor } from './cursor.ts';

/**
 * A patch is a row of steps over the unpacked old content, which is read once from its beginning to its end. Each step: pass over `skip`
 * old bytes, write `literal` new bytes (packed by zstd, with what was passed over as its dictionary), then copy `copy` old bytes.
 */
export type PatchStep = {
  readonly skip: number;
  readonly literal: number;
  readonly packed: number;
  readonly copy: number;
};

const magic = Buffer.from('SWPATCH1');
const headBytes = 20;
/** New bytes of one step, at most: what a step takes of memory, on both sides. */
const largestLiteral = 4 * 1024 ** 2;
const largestDictionary = 8 * 1024 ** 2;
const windowLog = 24;

/** Writes the patch that makes the new content of the old one. Both are read once. */
export async function* writePatch(
  kept: readonly Match[],
  before: Cursor,
  after: Cursor,
  newBytes: number,
): AsyncGenerator<Buffer> {
  yield magic;
  let [oldAt, newAt] = [0, 0];
  const ends = [...kept, { old: undefined, new: newBytes, length: 0 }];
  for (const match of ends) {
    const literal = match.new - newAt;
    const skip = match.old === undefined ? 0 : match.old - oldAt;
    const pieces = Math.max(1, Math.ceil(literal / largestLiteral));
    for (let piece = 0; piece < pieces; piece += 1) {
      const last = piece === pieces - 1;
      const share = (whole: number) =>
        last ? whole - Math.floor(whole / pieces) * (pieces - 1) : Math.floor(whole / pieces);
      const passed = await passOver(before, share(skip));
      const content = await after.take(share(literal));
      const packed = content.length === 0 ? content : pack(content, passed);
      const copy = last ? match.length : 0;
      if (content.length > 0 || copy > 0)
        yield stepHead({ skip: share(skip), literal: content.length, packed: packed.length, copy });
      yield packed;
    }
    for await (const _ of before.pass(match.length));
    for await (const _ of after.pass(match.length));
    [oldAt, newAt] = [(match.old ?? oldAt) + match.length, match.new + match.length];
  }
}

/** Makes the new content. Throws where the patch is not one. */
export async function* applyPatch(patch: Cursor, before: Cursor): AsyncGenerator<Buffer> {
  if (!(await patch.take(magic.length)).equals(magic)) throw new Error('not a patch');
  for (;;) {
    const head = await patch.take(headBytes);
    if (head.length === 0) return;
    const { skip, literal, packed, copy } = readHead(head);
    const passed = await passOver(before, skip);
    if (literal > 0) yield unpack(await patch.take(packed), passed, literal);
    yield* before.pass(copy);
  }
}

function stepHead({ skip, literal, packed, copy }: PatchStep): Buffer {
  const head = Buffer.alloc(headBytes);
  head.writeUIntBE(skip, 0, 6);
  head.writeUInt32BE(literal, 6);
  head.writeUInt32BE(packed, 10);
  head.writeUIntBE(copy, 14, 6);
  return head;
}

function readHead(head: Buffer): PatchStep {
  if (head.length !== headBytes) throw new Error('the patch is cut');
  const step = {
    skip: head.readUIntBE(0, 6),
    literal: head.readUInt32BE(6),
    packed: head.readUInt32BE(10),
    copy: head.readUIntBE(14, 6),
  };
  // A patch is signed with its bundle; still none may take more memory than one that is made here.
  if (step.literal > largestLiteral || step.packed > 2 * largestLiteral) throw new Error('the patch is too large');
  return step;
}

/** The old bytes that are passed over: the last of them, as many as a dictionary may have. */
async function passOver(before: Cursor, bytes: number): Promise<Buffer> {
  const dictionary = Math.min(bytes, largestDictionary);
  for await (const _ of before.pass(bytes - dictionary));
  return await before.take(dictionary);
}

function pack(content: Buffer, dictionary: Buffer): Buffer {
  const params = {
    [constants.ZSTD_c_compressionLevel]: 12,
    [constants.ZSTD_c_windowLog]: windowLog,
    [constants.ZSTD_c_enableLongDistanceMatching]: 1,
  };
  return zstdCompressSync(content, dictionary.length === 0 ? { params } : { params, dictionary });
}

function unpack(packed: Buffer, dictionary: Buffer, length: number): Buffer {
  const params = { [constants.ZSTD_d_windowLogMax]: windowLog };
  const options = { params, maxOutputLength: length };
  const content = zstdDecompressSync(packed, dictionary.length === 0 ? options : { ...options, dictionary });
  if (content.length !== length) throw new Error('the patch is damaged');
  return content;
}
