import type { Readable } from 'node:stream';
import type { Release } from './release.ts';

/** A bundle opened in place: blobs are streamed out of the parts at their offsets, nothing is unpacked. */
export type Bundle = {
  readonly release: Release;
  /** Size of a blob in bytes, or undefined when the bundle does not hold it. */
  readonly size: (digest: string) => number | undefined;
  /** Streams a blob from a byte offset. The digest is verified while a whole blob is read: error bundle-part-corrupt. */
  readonly open: (digest: string, options?: { readonly offset?: number; readonly signal?: AbortSignal }) => Readable;
  /** A small blob at once, verified. */
  readonly read: (digest: string) => Promise<Buffer>;
  readonly close: () => Promise<void>;
};
