import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** What a store refuses or leaves out. */
export type StoreManner = {
  /** Its addresses are signed for reading: a HEAD is refused. */
  readonly refusesHead?: boolean;
  /** No `Content-Length`, as behind a proxy that packs what passes. */
  readonly hidesLength?: boolean;
  /** Whole content whatever range was asked for. */
  readonly ignoresRange?: boolean;
};

/** A plain HTTP store over a registry's storage folder, as object stores stand behind registries. */
export type BlobStore = {
  readonly url: string;
  /** Requests so far, e.g. `HEAD 200`. */
  readonly seen: string[];
  /** Serves this folder, in this manner, from now on. */
  readonly serve: (folder: string, manner?: StoreManner) => void;
  readonly stop: () => Promise<void>;
};

/** Starts it on a free port of loopback; until it serves a folder, everything is 404. */
export async function startBlobStore(): Promise<BlobStore> {
  let root: string | undefined;
  let manner: StoreManner = {};
  const seen: string[] = [];
  const server = createServer((request, response) => {
    const { method = '', url = '/', headers } = request;
    const answer = (status: number, more: Record<string, string | number> = {}) => {
      seen.push(`${method} ${status}`);
      response.writeHead(status, more);
    };
    const file = root === undefined ? undefined : join(root, new URL(url, 'http://store').pathname);
    const size = file === undefined ? undefined : statSync(file, { throwIfNoEntry: false })?.size;
    if (headers.authorization !== undefined) answer(400);
    else if (method === 'HEAD' && manner.refusesHead) answer(403);
    else if (file === undefined || size === undefined) answer(404);
    else {
      const range = manner.ignoresRange ? null : /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '');
      const start = Number(range?.[1] ?? 0);
      const end = range?.[2] ? Math.min(Number(range[2]), size - 1) : size - 1;
      if (range !== null && start >= size) answer(416, { 'content-range': `bytes */${size}` });
      else {
        answer(range === null ? 200 : 206, {
          ...(!manner.hidesLength && { 'content-length': end - start + 1 }),
          ...(range !== null && { 'content-range': `bytes ${start}-${end}/${size}` }),
        });
        if (method === 'GET' && size > 0) return void createReadStream(file, { start, end }).pipe(response);
      }
    }
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    serve: (folder, how = {}) => {
      root = folder;
      manner = how;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
