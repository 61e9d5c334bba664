import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';

/** Bytes on their way into a bundle. */
export type Blob = {
  readonly digest: string;
  readonly size: number;
  readonly mediaType: string;
  readonly open: () => Readable;
};

/** Digest of bytes as OCI writes it. */
export function digestOf(content: Uint8Array | string): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

export function blobOf(content: Buffer, mediaType: string): Blob {
  return {
    digest: digestOf(content),
    size: content.length,
    mediaType,
    open: () => Readable.from([content], { objectMode: false }),
  };
}

/** A file whose digest is known beforehand and checked when it is written into a part. */
export function blobOfFile(file: string, digest: string, size: number, mediaType: string): Blob {
  return { digest, size, mediaType, open: () => createReadStream(file, { highWaterMark: 1024 * 1024 }) };
}
