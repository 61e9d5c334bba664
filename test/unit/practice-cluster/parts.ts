import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { openAuthority } from '../../../electron/practice/cluster/authority.ts';
import { type Cluster, startCluster } from '../../../electron/practice/cluster/cluster.ts';
import { sealingWithKeyFile } from '../../../electron/practice/cluster/store/sealing.ts';
import { startKeeper } from '../../../electron/practice/keeper.ts';
import { nodeDoor } from '../../../electron/programs/door.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers of the API are looked into freely here
export type Loose = any;

export type Answer = { readonly status: number; readonly body: Loose; readonly text: string };

export const digestOf = (content: Buffer | string): string =>
  `sha256:${createHash('sha256').update(content).digest('hex')}`;

/** One HTTPS exchange with any server of this machine. */
export function exchange(
  url: string,
  options: {
    method?: string;
    headers?: Record<string, string>;
    body?: string;
    authority?: string;
    anyCertificate?: boolean;
  } = {},
): Promise<Answer> {
  const { method = 'GET', headers = {}, body, authority, anyCertificate = false } = options;
  return new Promise((resolve, reject) => {
    const trust = authority === undefined ? {} : { ca: authority };
    const call = request(
      url,
      { method, headers, ...trust, rejectUnauthorized: !anyCertificate, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const json = /json/.test(response.headers['content-type'] ?? '');
          resolve({ status: response.statusCode ?? 0, text, body: json ? JSON.parse(text) : undefined });
        });
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}

/** Tries until the answer is there; fails with the last one in words. */
export async function until<T>(what: string, look: () => Promise<T | undefined | false>, limitMs = 15_000): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`not within ${limitMs} ms: ${what}`);
    await sleep(40);
  }
}

/** A registry that knows one account and serves what it is given. */
export type TinyRegistry = {
  readonly host: string;
  readonly authority: string;
  readonly credential: { readonly user: string; readonly password: string };
  /** Puts an image with these files; returns its digest. */
  readonly image: (repository: string, tag: string, files: Record<string, string>, config?: object) => Promise<string>;
  /** Serves other bytes for a digest from now on. */
  readonly spoil: (digest: string) => void;
  readonly stop: () => Promise<void>;
};

export async function tinyRegistry(folder: string): Promise<TinyRegistry> {
  await mkdir(folder, { recursive: true });
  const { authority, server: certificate } = await openAuthority(folder, sealingWithKeyFile(join(folder, 'key')));
  const credential = { user: 'puller', password: randomBytes(12).toString('hex') };
  const expected = `Basic ${Buffer.from(`${credential.user}:${credential.password}`).toString('base64')}`;
  const content = new Map<string, { type: string; bytes: Buffer }>();
  const server = createServer(certificate, (call, response) => {
    if (call.headers.authorization !== expected) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="registry"' }).end();
      return;
    }
    const name = call.url?.replace(/^\/v2\//, '').replace(/\/(manifests|blobs)\//, '@') ?? '';
    const found = content.get(name) ?? content.get(name.split('@')[1] ?? '');
    if (found === undefined) response.writeHead(404).end();
    else {
      const digest = name.includes('sha256:') ? (name.split('@')[1] ?? '') : digestOf(found.bytes);
      response.writeHead(200, {
        'content-type': found.type,
        'content-length': found.bytes.length,
        'docker-content-digest': digest,
      });
      response.end(call.method === 'HEAD' ? undefined : found.bytes);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const put = (type: string, bytes: Buffer): { mediaType: string; digest: string; size: number } => {
    content.set(digestOf(bytes), { type, bytes });
    return { mediaType: type, digest: digestOf(bytes), size: bytes.length };
  };
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    authority,
    credential,
    image: async (repository, tag, files, config = {}) => {
      const archive = pack();
      for (const [name, text] of Object.entries(files)) archive.entry({ name }, text);
      archive.finalize();
      const chunks: Buffer[] = [];
      for await (const chunk of archive) chunks.push(chunk as Buffer);
      const tar = Buffer.concat(chunks);
      const layer = put('application/vnd.oci.image.layer.v1.tar+gzip', gzipSync(tar));
      const image = {
        os: 'linux',
        architecture: 'amd64',
        config: {
          Entrypoint: ['node'],
          Cmd: ['/app/server.js'],
          Env: ['GREETING=hello'],
          WorkingDir: '/app',
          ...config,
        },
        rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
      };
      const descriptor = put('application/vnd.oci.image.config.v1+json', Buffer.from(JSON.stringify(image)));
      const type = 'application/vnd.oci.image.manifest.v1+json';
      const manifest = put(
        type,
        Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: type, config: descriptor, layers: [layer] })),
      );
      content.set(`${repository}@${tag}`, content.get(manifest.digest) as { type: string; bytes: Buffer });
      return manifest.digest;
    },
    spoil: (digest) => {
      const found = content.get(digest);
      if (found !== undefined)
        content.set(digest, { type: found.type, bytes: Buffer.concat([found.bytes, Buffer.from(' ')]) });
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The program in the image: answers with what it was given, ready when the secret is right, quick to end. */
export const serverProgram = `
const { createServer } = require('node:http');
const { readFileSync } = require('node:fs');
const env = process.env;
console.log('starting with ' + Object.keys(env).sort().join(' '));
const server = createServer((request, response) => {
  if (request.url === '/readyz') response.writeHead(!env.PASSWORD || env.PASSWORD === 'correct horse' ? 200 : 503).end();
  else if (request.url === '/file') response.end(readFileSync(env.CONFIG_FILE, 'utf8'));
  else setTimeout(() => response.end(JSON.stringify({ version: env.VERSION, pod: env.POD, greeting: env.GREETING, pid: process.pid })), 20);
});
server.listen(Number(env.PORT), env.HOST);
process.on('SIGTERM', () => { server.close(() => process.exit(0)); server.closeIdleConnections(); });
`;

/** A cluster with a registry in a folder of its own; everything ends with \`stop\`. */
export type Setting = {
  readonly folder: string;
  readonly token: string;
  readonly registry: TinyRegistry;
  readonly cluster: () => Cluster;
  readonly roots: readonly string[];
  /** One call of the API with the token. */
  readonly call: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;
  readonly apply: (path: string, body: object, manager?: string, query?: string) => Promise<Answer>;
  readonly reopen: () => Promise<void>;
  readonly logs: string[];
  readonly stop: () => Promise<void>;
};

export async function setting(): Promise<Setting> {
  const folder = await mkdtemp(join(tmpdir(), 'cluster-'));
  const registry = await tinyRegistry(join(folder, 'registry'));
  const token = randomBytes(16).toString('hex');
  const roots = ['app-01', 'app-02'].map((name) => join(folder, 'hosts', name));
  for (const root of roots) {
    const trust = join(root, 'etc', 'containerd', 'certs.d', registry.host);
    await mkdir(trust, { recursive: true });
    await writeFile(join(trust, 'ca.crt'), registry.authority);
  }
  const keeper = startKeeper(nodeDoor, (problem) => logs.push(problem));
  const logs: string[] = [];
  const nodes = roots.map((root, index) => ({ name: `app-0${index + 1}`, address: '127.0.0.1', root }));
  const start = (): Promise<Cluster> =>
    startCluster({ folder, token, nodes, keeper, log: (words) => logs.push(words) });
  let cluster = await start();
  const call: Setting['call'] = (method, path, body, headers = {}) =>
    exchange(`${cluster.server}${path}`, {
      method,
      authority: cluster.authority,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return {
    folder,
    token,
    registry,
    roots,
    logs,
    cluster: () => cluster,
    call,
    apply: (path, body, manager = 'sitewright', query = '') =>
      call('PATCH', `${path}?fieldManager=${manager}${query}`, body, {
        'content-type': 'application/apply-patch+yaml',
      }),
    reopen: async () => {
      await cluster.stop();
      cluster = await start();
    },
    stop: async () => {
      await cluster.stop();
      await keeper.stop();
      await registry.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A setting with the namespace `energy`, an image of a small server in the registry, and what pods need to pull it. */
export async function energySetting(): Promise<{
  readonly site: Setting;
  readonly image: string;
}> {
  const site = await setting();
  const digest = await site.registry.image('prefix/energy/api', '1.0.0', { 'app/server.js': serverProgram });
  await site.call('POST', '/api/v1/namespaces', { metadata: { name: 'energy' } });
  await site.call('POST', '/api/v1/namespaces/energy/secrets', pullSecret(site.registry));
  return { site, image: `${site.registry.host}/prefix/energy/api@${digest}` };
}

/** A condition of an object's status, by its type. */
export const condition = (object: Loose, type: string): Loose =>
  object.status?.conditions?.find((each: Loose) => each.type === type);

/** A pull secret, and a deployment with its service. */
export function pullSecret(registry: TinyRegistry): object {
  const { user, password } = registry.credential;
  const config = {
    auths: {
      [registry.host]: { username: user, password, auth: Buffer.from(`${user}:${password}`).toString('base64') },
    },
  };
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'pull' },
    type: 'kubernetes.io/dockerconfigjson',
    stringData: { '.dockerconfigjson': JSON.stringify(config) },
  };
}

export function deployment(
  name: string,
  image: string,
  container: object = {},
  spec: object = {},
  pod: object = {},
): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      ...spec,
      template: {
        metadata: { labels: { app: name } },
        spec: {
          imagePullSecrets: [{ name: 'pull' }],
          terminationGracePeriodSeconds: 5,
          ...pod,
          containers: [
            {
              name: 'main',
              image,
              ports: [{ name: 'http', containerPort: 8080 }],
              readinessProbe: { httpGet: { path: '/readyz', port: 'http' }, periodSeconds: 1 },
              ...container,
            },
          ],
        },
      },
    },
  };
}
