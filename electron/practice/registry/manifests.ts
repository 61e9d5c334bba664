import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { RegistryError, type RegistryRequest, send } from './answer.ts';
import { isDigest, type RegistryStore } from './store.ts';

/** Longest manifest that is taken, bytes. */
const longest = 4 * 1024 * 1024;
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/** HEAD, GET, PUT and DELETE of a manifest by tag or digest. */
export async function serveManifest(store: RegistryStore, call: RegistryRequest): Promise<void> {
  const { request, response, repository, reference } = call;
  if (!isDigest(reference) && !tagPattern.test(reference))
    throw new RegistryError(400, 'MANIFEST_INVALID', 'not a tag and not a sha256 digest');
  if (request.method === 'PUT') return keep(store, call);
  if (request.method === 'DELETE') {
    if (!(await store.removeManifest(repository, reference))) throw unknown(repository, reference);
    return send(response, 202);
  }
  const manifest = await store.manifest(repository, reference);
  if (manifest === undefined) throw unknown(repository, reference);
  const headers = {
    'content-type': manifest.mediaType,
    'content-length': manifest.content.length,
    'docker-content-digest': manifest.digest,
    etag: `"${manifest.digest}"`,
  };
  response.writeHead(200, headers).end(request.method === 'HEAD' ? undefined : manifest.content);
}

async function keep(
  store: RegistryStore,
  { request, response, repository, reference }: RegistryRequest,
): Promise<void> {
  const content = await readBody(request);
  const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
  const byDigest = isDigest(reference);
  if (byDigest && reference !== digest)
    throw new RegistryError(400, 'DIGEST_INVALID', 'the manifest does not have this digest', {
      detail: { digest: reference, found: digest },
    });
  const manifest = readManifest(content);
  const mediaType = request.headers['content-type'] ?? manifest.mediaType;
  if (mediaType === undefined) throw new RegistryError(400, 'MANIFEST_INVALID', 'the manifest has no media type');
  const missing = await missingParts(store, repository, manifest);
  if (missing.length > 0) {
    throw new RegistryError(400, 'MANIFEST_BLOB_UNKNOWN', 'the manifest refers to content that is not here', {
      detail: missing.map((part) => ({ digest: part })),
    });
  }
  await store.keepManifest(repository, { digest, mediaType, content }, byDigest ? undefined : reference);
  send(response, 201, { location: `/v2/${repository}/manifests/${digest}`, 'docker-content-digest': digest });
}

type Descriptor = { readonly digest?: unknown };
type Manifest = {
  readonly mediaType?: string;
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
  readonly manifests?: readonly Descriptor[];
};

function readManifest(content: Buffer): Manifest {
  let manifest: Manifest;
  try {
    manifest = JSON.parse(content.toString('utf8')) as Manifest;
  } catch {
    throw new RegistryError(400, 'MANIFEST_INVALID', 'the manifest is not JSON');
  }
  const isImage = Array.isArray(manifest?.layers) && typeof manifest.config === 'object' && manifest.config !== null;
  if (!isImage && !Array.isArray(manifest?.manifests))
    throw new RegistryError(400, 'MANIFEST_INVALID', 'neither an image manifest nor an index');
  return manifest;
}

/** Digests that the manifest names and the repository does not have. */
async function missingParts(store: RegistryStore, repository: string, manifest: Manifest): Promise<readonly string[]> {
  const blobs = [...(manifest.config === undefined ? [] : [manifest.config]), ...(manifest.layers ?? [])];
  const isThere = async (part: Descriptor, has: (digest: string) => Promise<unknown>) => {
    if (typeof part?.digest !== 'string' || !isDigest(part.digest))
      throw new RegistryError(400, 'MANIFEST_INVALID', 'a part has no sha256 digest');
    return (await has(part.digest)) === undefined ? [part.digest] : [];
  };
  const found = await Promise.all([
    ...blobs.map((part) => isThere(part, (digest) => store.blobSize(repository, digest))),
    ...(manifest.manifests ?? []).map((part) => isThere(part, (digest) => store.manifest(repository, digest))),
  ]);
  return found.flat();
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > longest) throw new RegistryError(413, 'MANIFEST_INVALID', 'the manifest is longer than 4 MiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function unknown(repository: string, reference: string): RegistryError {
  return new RegistryError(404, 'MANIFEST_UNKNOWN', 'manifest unknown', { detail: { name: repository, reference } });
}
