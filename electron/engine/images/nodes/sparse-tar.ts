import { pipeline } from 'node:stream/promises';
import { type Pack, pack } from 'tar-stream';
import type { Bundle } from '../../bundle/bundle.ts';
import type { NodeImport } from './plan.ts';
import type { Sized } from './select.ts';

/** An OCI layout as a tar with only some of its blobs. */
export type SparseTar = {
  /** Exact bytes of the tar. */
  readonly size: number;
  /** The tar, made as it is read, straight out of the bundle; every blob's digest is proved on the way. */
  readonly open: (signal: AbortSignal) => AsyncGenerator<Buffer>;
};

const layout = Buffer.from(JSON.stringify({ imageLayoutVersion: '1.0.0' }));
/** Every entry has a header of one block and is filled up to whole blocks; two empty blocks end the tar. */
const block = 512;
const entryBytes = (size: number): number => block + Math.ceil(size / block) * block;

/** The tar of what one node lacks; `index.json` names the images as the node shall know them. */
export function sparseTar(bundle: Bundle, { images, blobs }: NodeImport): SparseTar {
  const index = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      manifests: images.flatMap(({ image: { image, blobs: own }, names }) => {
        const size = own.find(({ digest }) => digest === image.digest)?.size ?? image.size;
        return names.map((name) => ({
          mediaType: image.mediaType,
          digest: image.digest,
          size,
          annotations: { 'io.containerd.image.name': name },
        }));
      }),
    }),
  );
  const size = [layout.length, index.length, ...blobs.map((blob) => blob.size)].reduce(
    (sum, bytes) => sum + entryBytes(bytes),
    2 * block,
  );
  return {
    size,
    open: async function* (signal) {
      const tar = pack();
      const filled = fill(tar, bundle, blobs, index, signal);
      // Whoever reads hears of the failure by the tar's own error.
      filled.catch((error: unknown) => tar.destroy(error as Error));
      yield* tar as unknown as AsyncIterable<Buffer>;
      await filled;
    },
  };
}

/** Content first and its names last, so that a name never stands for something that did not arrive. */
async function fill(
  tar: Pack,
  bundle: Bundle,
  blobs: readonly Sized[],
  index: Buffer,
  signal: AbortSignal,
): Promise<void> {
  const file = { type: 'file', mode: 0o644, mtime: new Date(0) } as const;
  tar.entry({ ...file, name: 'oci-layout' }, layout);
  for (const { digest, size } of blobs) {
    const name = `blobs/${digest.replace(':', '/')}`;
    await pipeline(bundle.open(digest, { signal }), tar.entry({ ...file, name, size }), { signal });
  }
  tar.entry({ ...file, name: 'index.json' }, index);
  tar.finalize();
}
