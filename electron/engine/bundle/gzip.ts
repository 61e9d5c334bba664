import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const compress = promisify(gzip);

/** Gzip whose header names neither a time nor an operating system. The same version of Node gives the same bytes. */
export async function gzipReproducibly(content: Buffer): Promise<Buffer> {
  const zipped = await compress(content, { level: 6, memLevel: 8 });
  zipped.writeUInt32LE(0, 4);
  // 255 is "unknown" (RFC 1952, 2.3.1); zlib would write what it was built for.
  zipped[9] = 255;
  return zipped;
}
