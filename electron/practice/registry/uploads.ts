import { createHash, type Hash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { RegistryError, type RegistryRequest, send } from './answer.ts';
import type { Link } from './link.ts';
import { isDigest, type RegistryStore } from './store.ts';

/** Uploads of blobs: opened by POST, filled by PATCH, closed by PUT. They outlive a restart and go on by byte. */
export type Uploads = {
  readonly begin: (call: RegistryRequest) => Promise<void>;
  readonly serve: (call: RegistryRequest) => Promise<void>;
};

/** The hash of the bytes on disk, while this process has seen all of them arrive. */
type Progress = { hash: Hash; size: number };

export function registryUploads(store: RegistryStore, link: Link): Uploads {
  const progress = new Map<string, Progress>();
  const busy = new Set<string>();
  const dataPath = (id: string) => join(store.uploads, id);
  const ownerPath = (id: string) => join(store.uploads, `${id}.repository`);

  const forget = async (id: string) => {
    progress.delete(id);
    await Promise.all([rm(dataPath(id), { force: true }), rm(ownerPath(id), { force: true })]);
  };
  const location = (repository: string, id: string) => `/v2/${repository}/blobs/uploads/${id}`;
  const status = async (repository: string, id: string) => {
    const { size } = await stat(dataPath(id));
    return { location: location(repository, id), 'docker-upload-uuid': id, range: `0-${Math.max(0, size - 1)}` };
  };
  const open = async (repository: string) => {
    const id = randomUUID();
    await writeFile(ownerPath(id), repository, { mode: 0o600 });
    await writeFile(dataPath(id), '', { mode: 0o600 });
    progress.set(id, { hash: createHash('sha256'), size: 0 });
    return id;
  };
  const append = async (id: string, request: IncomingMessage) => {
    const known = progress.get(id);
    // Set again only when every byte has reached the disk: after a cut the file is read anew.
    progress.delete(id);
    let size = known?.size ?? 0;
    const hashing = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        known?.hash.update(chunk);
        size += chunk.length;
        done(null, chunk);
      },
    });
    await pipeline(request, link.through(), hashing, createWriteStream(dataPath(id), { flags: 'a' }));
    if (known !== undefined) progress.set(id, { hash: known.hash, size });
  };
  const digestOf = async (id: string) => {
    const { size } = await stat(dataPath(id));
    const known = progress.get(id);
    if (known !== undefined && known.size === size) return `sha256:${known.hash.copy().digest('hex')}`;
    const hash = createHash('sha256');
    await pipeline(createReadStream(dataPath(id)), hash);
    return `sha256:${hash.digest('hex')}`;
  };
  const finish = async ({ request, response, repository, query }: RegistryRequest, id: string) => {
    const digest = query.get('digest') ?? '';
    if (!isDigest(digest)) throw new RegistryError(400, 'DIGEST_INVALID', 'the closing request names no sha256 digest');
    await append(id, request);
    const found = await digestOf(id);
    if (found !== digest) {
      await forget(id);
      throw new RegistryError(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content', {
        detail: { digest, found },
      });
    }
    await store.keepBlob(repository, digest, dataPath(id));
    await forget(id);
    send(response, 201, { location: `/v2/${repository}/blobs/${digest}`, 'docker-content-digest': digest });
  };
  const patch = async ({ request, response, repository }: RegistryRequest, id: string) => {
    const { size } = await stat(dataPath(id));
    const start = /^(?:bytes )?(\d+)-\d+/.exec(request.headers['content-range'] ?? '')?.[1];
    if (start !== undefined && Number(start) !== size) {
      const headers = await status(repository, id);
      throw new RegistryError(416, 'BLOB_UPLOAD_INVALID', `the chunk starts at ${start}, ${size} bytes are here`, {
        headers,
      });
    }
    await append(id, request);
    send(response, 202, await status(repository, id));
  };
  /** One request at a time may write to an upload. */
  const alone = async (id: string, work: () => Promise<void>) => {
    if (busy.has(id)) throw new RegistryError(409, 'BLOB_UPLOAD_INVALID', 'another request is writing to this upload');
    busy.add(id);
    try {
      await work();
    } finally {
      busy.delete(id);
    }
  };

  return {
    async begin(call) {
      const { response, repository, query } = call;
      const mount = query.get('mount');
      const from = query.get('from');
      if (mount !== null && from !== null && isDigest(mount) && (await store.mountBlob(repository, mount, from))) {
        return send(response, 201, { location: `/v2/${repository}/blobs/${mount}`, 'docker-content-digest': mount });
      }
      const id = await open(repository);
      if (mount === null && query.has('digest')) return alone(id, () => finish(call, id));
      send(response, 202, await status(repository, id));
    },
    async serve(call) {
      const { request, response, repository, reference: id } = call;
      const owner = /^[0-9a-f-]{36}$/.test(id)
        ? await readFile(ownerPath(id), 'utf8').catch(() => undefined)
        : undefined;
      if (owner !== repository) throw new RegistryError(404, 'BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry');
      if (request.method === 'GET') return send(response, 204, await status(repository, id));
      if (request.method === 'PATCH') return alone(id, () => patch(call, id));
      if (request.method === 'PUT') return alone(id, () => finish(call, id));
      await alone(id, () => forget(id));
      send(response, 204);
    },
  };
}
