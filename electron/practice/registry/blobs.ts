import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { RegistryError, type RegistryRequest, send } from './answer.ts';
import { isDigest, type RegistryStore } from './store.ts';

/** HEAD, GET (with one byte range) and DELETE of a blob. */
export async function serveBlob(store: RegistryStore, call: RegistryRequest): Promise<void> {
  const { request, response, repository, reference: digest } = call;
  if (!isDigest(digest)) throw new RegistryError(400, 'DIGEST_INVALID', 'only sha256 digests are kept');
  if (request.method === 'DELETE') {
    if (!(await store.removeBlob(repository, digest))) throw unknown(digest);
    return send(response, 202);
  }
  const size = await store.blobSize(repository, digest);
  if (size === undefined) throw unknown(digest);
  const headers = {
    'content-type': 'application/octet-stream',
    'docker-content-digest': digest,
    'accept-ranges': 'bytes',
    etag: `"${digest}"`,
  };
  if (request.method === 'HEAD') {
    response.writeHead(200, { ...headers, 'content-length': size }).end();
    return;
  }
  const range = readRange(request.headers.range, size);
  if (range === 'outside') {
    throw new RegistryError(416, 'SIZE_INVALID', 'the range lies outside of the blob', {
      headers: { 'content-range': `bytes */${size}` },
    });
  }
  const { start, end } = range ?? { start: 0, end: size - 1 };
  response.writeHead(range === undefined ? 200 : 206, {
    ...headers,
    'content-length': end - start + 1,
    ...(range === undefined ? {} : { 'content-range': `bytes ${start}-${end}/${size}` }),
  });
  if (size === 0) return void response.end();
  // A client that goes away in the middle is its own affair.
  await pipeline(createReadStream(store.blobPath(digest), { start, end, highWaterMark: 256 * 1024 }), response).catch(
    () => undefined,
  );
}

function readRange(
  header: string | undefined,
  size: number,
): { readonly start: number; readonly end: number } | 'outside' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (match === null || (match[1] === '' && match[2] === '')) return undefined;
  const last = size - 1;
  if (match[1] === '') return size === 0 ? 'outside' : { start: Math.max(0, size - Number(match[2])), end: last };
  const start = Number(match[1]);
  const end = match[2] === '' ? last : Math.min(Number(match[2]), last);
  return start > last || end < start ? 'outside' : { start, end };
}

function unknown(digest: string): RegistryError {
  return new RegistryError(404, 'BLOB_UNKNOWN', 'blob unknown to registry', { detail: { digest } });
}
