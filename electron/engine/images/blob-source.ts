import type { Bundle } from '../bundle/bundle.ts';
import type { ChunkMemory } from '../bundle/chunk-memory.ts';
import type { Descriptor } from './content.ts';

/** The bytes of one blob for request after request: goes on where the last one ended, else opens the bundle there anew. */
export type BlobSource = {
  /** A stretch of the blob; its end is also the end of the bundle's own digest check where the whole blob was read. */
  readonly stretch: (offset: number, length: number) => AsyncGenerator<Uint8Array>;
  readonly close: () => Promise<void>;
};

export function openBlobSource(bundle: Bundle, blob: Descriptor, memory: ChunkMemory, signal: AbortSignal): BlobSource {
  let reader: AsyncIterator<Uint8Array> | undefined;
  let position = 0;
  let rest: Uint8Array | undefined;

  const close = async () => {
    const open = reader;
    reader = undefined;
    rest = undefined;
    await open?.return?.();
  };

  return {
    stretch: async function* (offset, length) {
      if (reader === undefined || position !== offset) {
        await close();
        position = offset;
        const { pieces, open } = bundle;
        const content = pieces?.(blob.digest, memory, { offset, signal }) ?? open(blob.digest, { offset, signal });
        reader = content[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
      }
      const mine = reader;
      const end = offset + length;
      let whole = false;
      try {
        while (position < end) {
          const next = rest ?? (await mine.next()).value;
          rest = undefined;
          if (next === undefined) return;
          const piece = next.subarray(0, end - position);
          if (piece.length < next.length) rest = next.subarray(piece.length);
          position += piece.length;
          yield piece;
        }
        // Only at its end does a bundle tell that the blob was the right one.
        if (position === blob.size) await mine.next();
        whole = true;
      } finally {
        if (!whole) await close();
      }
    },
    close,
  };
}
