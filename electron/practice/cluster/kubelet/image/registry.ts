import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { isIP } from 'node:net';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ImageReference } from './reference.ts';
import { NoSuchHost, type RegistryRoute } from './trust.ts';

export type Credential = { readonly user: string; readonly password: string };

/** An image that cannot be had; the message is what a container runtime would say. */
export class PullProblem extends Error {}

export type Manifest = { readonly digest: string; readonly mediaType: string; readonly content: Buffer };

/** Reads one repository, verifying every byte against its digest. Errors: PullProblem. */
export type RegistryReader = {
  /** Tag or digest to digest. */
  readonly resolve: (reference: string) => Promise<string>;
  readonly manifest: (digest: string) => Promise<Manifest>;
  /** Writes a blob to a file. */
  readonly blob: (digest: string, size: number, file: string) => Promise<void>;
};

const accept = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');
const largestManifest = 8 * 1024 * 1024;

export function openRegistry(
  route: RegistryRoute,
  image: ImageReference,
  credential: Credential | undefined,
): RegistryReader {
  const ask = (method: string, path: string): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const url = `https://${image.host}/v2/${image.repository}/${path}`;
      const authorization =
        credential === undefined
          ? {}
          : { authorization: `Basic ${Buffer.from(`${credential.user}:${credential.password}`).toString('base64')}` };
      const call = request({
        method,
        host: route.address,
        port: route.port,
        path: `/v2/${image.repository}/${path}`,
        // An empty list means: nobody is trusted.
        ca: [...route.authorities],
        ...(isIP(route.servername) === 0 ? { servername: route.servername } : {}),
        headers: { host: image.host, accept, ...authorization },
        agent: false,
        timeout: 15_000,
      });
      call.on('response', (response) => {
        const { statusCode = 0 } = response;
        if (statusCode >= 200 && statusCode < 300) return resolve(response);
        response.resume();
        return reject(new PullProblem(statusWords(statusCode, url, image, credential !== undefined)));
      });
      call.on('timeout', () => call.destroy(new Error('i/o timeout')));
      call.on('error', (error) =>
        reject(new PullProblem(`failed to do request: ${method} "${url}": ${connectionWords(error, route)}`)),
      );
      call.end();
    });

  return {
    resolve: async (reference) => {
      const response = await ask('HEAD', `manifests/${reference}`);
      response.resume();
      const digest = response.headers['docker-content-digest'];
      if (typeof digest === 'string' && /^sha256:[0-9a-f]{64}$/.test(digest)) return digest;
      return digestOf(await body(await ask('GET', `manifests/${reference}`)));
    },
    manifest: async (digest) => {
      const response = await ask('GET', `manifests/${digest}`);
      const content = await body(response);
      if (digestOf(content) !== digest)
        throw new PullProblem(
          `failed commit on ref "manifest-${digest}": unexpected commit digest ${digestOf(content)}, expected ${digest}: failed precondition`,
        );
      return { digest, mediaType: (response.headers['content-type'] ?? '').split(';')[0] ?? '', content };
    },
    blob: async (digest, size, file) => {
      const response = await ask('GET', `blobs/${digest}`);
      const hash = createHash('sha256');
      let received = 0;
      const count = new Transform({
        transform: (chunk: Buffer, _encoding, done) => {
          received += chunk.length;
          hash.update(chunk);
          done(received > size ? new PullProblem(`blob ${digest} is larger than its manifest says`) : null, chunk);
        },
      });
      await pipeline(response, count, createWriteStream(file, { mode: 0o600 })).catch((error: Error) => {
        throw error instanceof PullProblem ? error : new PullProblem(`failed to copy: ${error.message}`);
      });
      const found = `sha256:${hash.digest('hex')}`;
      if (found !== digest)
        throw new PullProblem(
          `failed commit on ref "layer-${digest}": unexpected commit digest ${found}, expected ${digest}: failed precondition`,
        );
    },
  };
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

async function body(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestManifest) throw new PullProblem('manifest is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function statusWords(status: number, url: string, image: ImageReference, withCredential: boolean): string {
  if (status === 404) return `${image.host}/${image.repository}: not found`;
  if (status === 401 || status === 403) {
    const why =
      status === 403
        ? 'insufficient_scope: authorization failed'
        : withCredential
          ? 'authorization failed: incorrect username or password'
          : 'authorization failed: no basic auth credentials';
    return `pull access denied, repository does not exist or may require authorization: ${why} (unexpected status from HEAD request to ${url}: ${status})`;
  }
  return `unexpected status from request to ${url}: ${status}`;
}

/** Node's reason in the words that the container runtime of a node uses. */
export function connectionWords(
  error: Error & { code?: string },
  route: Pick<RegistryRoute, 'address' | 'port' | 'servername'>,
): string {
  const failed = 'tls: failed to verify certificate: x509';
  switch (error.code) {
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'CERT_SIGNATURE_FAILURE':
      return `${failed}: certificate signed by unknown authority`;
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return `${failed}: certificate has expired or is not yet valid`;
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `${failed}: certificate is not valid for ${route.servername}`;
    case 'ECONNREFUSED':
      return `dial tcp ${route.address}:${route.port}: connect: connection refused`;
    default:
      return error instanceof NoSuchHost ? `dial tcp: ${error.message}` : error.message;
  }
}
