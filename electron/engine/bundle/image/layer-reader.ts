import { PassThrough, type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { extract } from 'tar-stream';

/** An entry of a layer's tar. `content` reads it at once and may be called only while the entry is the current one. */
export type LayerEntry = {
  /** Without a leading `/` or `./`. */
  readonly path: string;
  readonly size: number;
  readonly isFile: boolean;
  readonly content: () => Promise<Buffer>;
};

/** A layer's bytes without their compression, told by their first bytes: gzip, zstd or none. */
export function unpackedLayer(layer: Readable): Readable {
  const unpacked = new PassThrough({ highWaterMark: 1024 * 1024 });
  void (async () => {
    const source = layer[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    const first = await source.next();
    const head = first.done === true ? Buffer.alloc(0) : first.value;
    const whole = async function* () {
      yield head;
      for (let next = await source.next(); next.done !== true; next = await source.next()) yield next.value;
    };
    const decoder = decoderOf(head);
    await (decoder === undefined ? pipeline(whole, unpacked) : pipeline(whole, decoder, unpacked));
  })().catch((error: Error) => unpacked.destroy(error));
  unpacked.once('close', () => layer.destroy());
  return unpacked;
}

function decoderOf(head: Buffer) {
  const chunkSize = 256 * 1024;
  if (head[0] === 0x1f && head[1] === 0x8b) return createGunzip({ chunkSize });
  if (head.length >= 4 && head.readUInt32LE(0) === 0xfd2fb528) return createZstdDecompress({ chunkSize });
  return undefined;
}

/** The entries of a layer in their order. Throws where it is not a tar. */
export async function* layerEntries(layer: Readable): AsyncGenerator<LayerEntry> {
  const tar = extract();
  const reading = pipeline(unpackedLayer(layer), tar as unknown as NodeJS.WritableStream);
  // What breaks the tar also ends the loop below; without this it would be told twice.
  reading.catch(() => undefined);
  for await (const entry of tar) {
    const { name, size = 0, type } = entry.header;
    let read = false;
    yield {
      path: name.replace(/^(?:\.?\/)+/, ''),
      size,
      isFile: type === 'file' || type === 'contiguous-file',
      content: async () => {
        read = true;
        return await buffer(entry as AsyncIterable<Buffer>);
      },
    };
    if (!read) entry.resume();
  }
  await reading;
}
