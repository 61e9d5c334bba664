import type { Readable } from 'node:stream';
import type { ChunkMemory } from './chunk-memory.ts';
import type { Delta } from './format.ts';
import type { Release, ReleaseImage } from './release.ts';

/** A bundle with a release in it, as a walk needs one. */
export type ReleaseBundle = Bundle & { readonly release: Release };

/** A bundle opened in place: blobs are streamed out of the parts at their offsets, nothing is unpacked. */
export type Bundle = {
  /** Absent in a bundle of images only. */
  readonly release?: Release;
  readonly images: readonly ReleaseImage[];
  /** Digest of the bundle's manifest: names exactly this build. */
  readonly digest: string;
  readonly signature: Release['signature'];
  /** What it leaves out because the site holds it; absent in a whole bundle. `withBase` makes a delta whole at the site. */
  readonly delta?: Delta;
  /** All files that lie in it, by their paths; the bill of materials is one of them. */
  readonly files: ReadonlyMap<string, { readonly digest: string; readonly size: number }>;
  readonly figures: { readonly parts: number; readonly blobs: number; readonly bytes: number };
  /** Size of a blob in bytes, or undefined when the bundle does not know it. A delta also knows what the site holds. */
  readonly size: (digest: string) => number | undefined;
  /** Streams a blob from a byte offset. The digest is verified while a whole blob is read: error bundle-part-corrupt. */
  readonly open: (digest: string, options?: { readonly offset?: number; readonly signal?: AbortSignal }) => Readable;
  /** As `open`, with what is read placed in the given memory. Absent where nothing is read from parts. */
  readonly pieces?: (
    digest: string,
    memory: ChunkMemory,
    options?: { readonly offset?: number; readonly signal?: AbortSignal },
  ) => AsyncIterable<Uint8Array>;
  /** A small blob at once, verified. */
  readonly read: (digest: string) => Promise<Buffer>;
  readonly close: () => Promise<void>;
};
