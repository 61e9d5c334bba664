import { Readable } from 'node:stream';
import { crc32, createDeflateRaw, deflateRawSync } from 'node:zlib';
import { digestOf } from '../blob.ts';
import type { LayerPatch } from '../format.ts';
import { cursorOver } from './cursor.ts';

/** How a layer is packed: the header of its gzip as it stands, and the level that gives its bytes. */
export type Packing = Pick<LayerPatch, 'packing' | 'header'>;

const levelOf = (packing: Packing['packing']): number => Number(packing.slice('gzip-'.length));

/** Packs unpacked content to exactly the bytes that the packing stands for. */
export async function* packed(content: AsyncIterable<Buffer>, { packing, header }: Packing): AsyncGenerator<Buffer> {
  if (packing === 'none') return yield* content;
  let crc = 0;
  let size = 0;
  const counted = async function* () {
    for await (const piece of content) {
      crc = crc32(piece, crc);
      size += piece.length;
      yield piece;
    }
  };
  yield Buffer.from(header, 'base64');
  const deflate = createDeflateRaw({ level: levelOf(packing), chunkSize: 256 * 1024 });
  const source = Readable.from(counted(), { objectMode: false, highWaterMark: 1024 * 1024 });
  source.once('error', (error) => deflate.destroy(error));
  yield* source.pipe(deflate) as AsyncIterable<Buffer>;
  const end = Buffer.alloc(8);
  end.writeUInt32LE(crc, 0);
  // RFC 1952: the size modulo 2^32.
  end.writeUInt32LE(size % 2 ** 32, 4);
  yield end;
}

/** Bytes of a layer that are compared to guess its packing; the whole of it is proven afterwards. */
const sampleBytes = 64 * 1024;

/**
 * The packing that gives the beginning of a layer. `layer` gives its bytes, `content` the same unpacked. Undefined where none does:
 * another program has packed it.
 */
export async function guessPacking(
  layer: AsyncIterable<Buffer>,
  content: () => AsyncIterable<Buffer>,
): Promise<Packing | undefined> {
  const cursor = cursorOver(layer);
  const sample = await cursor.take(sampleBytes);
  await cursor.close();
  if (sample[0] !== 0x1f || sample[1] !== 0x8b) {
    const isZstd = sample.length >= 4 && sample.readUInt32LE(0) === 0xfd2fb528;
    return isZstd ? undefined : { packing: 'none', header: '' };
  }
  const length = headerLength(sample);
  if (length === undefined) return undefined;
  const header = sample.subarray(0, length).toString('base64');
  for (const level of [6, 9, 1, 5, 4, 3, 2, 7, 8]) {
    const packing = { packing: `gzip-${level}`, header } as Packing;
    const made = cursorOver(packed(content(), packing));
    const beginning = await made.take(sample.length);
    await made.close();
    if (beginning.equals(sample)) return packing;
  }
  return undefined;
}

/** Length of a gzip header (RFC 1952, 2.3); undefined where it does not end in the sample. */
function headerLength(sample: Buffer): number | undefined {
  const flags = sample[3] ?? 0;
  let at = 10;
  if ((flags & 4) !== 0) at += 2 + (sample.length > at + 2 ? sample.readUInt16LE(at) : 0);
  for (const flag of [8, 16]) {
    if ((flags & flag) === 0) continue;
    const end = sample.indexOf(0, at);
    if (end < 0) return undefined;
    at = end + 1;
  }
  if ((flags & 2) !== 0) at += 2;
  return at < sample.length ? at : undefined;
}

/** What this program's compressor makes of a fixed text: two that agree in it pack layers alike. */
export function packerPrint(): string {
  const words = Array.from({ length: 20_000 }, (_, at) => `${(at * 2654435761) % 4093} ${(at * at) % 977}\n`).join('');
  return digestOf(Buffer.concat([1, 6, 9].map((level) => deflateRawSync(words, { level }))));
}
