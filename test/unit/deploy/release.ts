import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import { type Release, releaseFileSchema } from '../../../electron/engine/bundle/release.ts';

export const apiDigest = `sha256:${'a'.repeat(64)}`;
const words = { 'zh-CN': '能源', 'en-US': 'Energy' };

export const parameterSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  additionalProperties: false,
  properties: {
    replicas: { type: 'integer', minimum: 1, maximum: 10, default: 2 },
    level: { type: 'string', enum: ['info', 'debug'], default: 'info' },
    title: { type: 'string', default: 'plain' },
    metrics: { type: 'boolean', default: true },
  },
};

/** A release in memory: manifests as objects or YAML by path, everything else as small as it may be. */
export function testRelease(
  files: Readonly<Record<string, string | readonly object[]>>,
  change: Readonly<Record<string, unknown>> = {},
): Release {
  const contents: Record<string, string> = { 'parameters.schema.json': JSON.stringify(parameterSchema) };
  for (const [path, content] of Object.entries(files)) {
    contents[path] =
      typeof content === 'string' ? content : content.map((document) => stringify(document)).join('---\n');
  }
  const file = releaseFileSchema.parse({
    format: 1,
    name: 'energy-platform',
    version: '4.2.0',
    title: words,
    vendor: words,
    architectures: ['amd64'],
    images: [{ reference: 'energy/api:4.2.0', source: 'images/api' }],
    parameters: 'parameters.schema.json',
    checks: 'checks/profile.yaml',
    namespace: 'energy',
    manifests: Object.keys(files).filter((path) => path.startsWith('manifests/')),
    storage: Object.keys(files).filter((path) => path.startsWith('storage/')),
    monitoring: Object.keys(files).filter((path) => path.startsWith('monitoring/')),
    services: [
      {
        name: 'api',
        title: words,
        service: 'energy-api',
        port: 'https',
        scheme: 'https',
        hostname: 'energy.site.internal',
        health: '/healthz',
        ready: '/readyz',
        availability: 'single',
      },
    ],
    certificates: [{ name: 'api', secret: 'energy-api-tls', names: ['energy.site.internal'] }],
    folders: [{ role: 'worker', path: '/srv/energy', mode: '0750', uid: 10001, gid: 10001 }],
    database: {
      kind: 'postgresql',
      name: 'energy',
      owner: 'energy_app',
      minimum: 12,
      maximum: 18,
      connections: 10,
      migrations: [],
      configuration: [],
      history: [],
    },
    suites: [],
    ...change,
  });
  return {
    file,
    digest: apiDigest,
    signature: { found: true, valid: true, key: 'test' },
    images: [
      {
        reference: 'energy/api:4.2.0',
        repository: 'energy/api',
        tag: '4.2.0',
        digest: apiDigest,
        mediaType: 'application/vnd.oci.image.index.v1+json',
        size: 1,
      },
    ],
    texts: new Map(
      Object.entries(contents).map(([path, content]) => [
        path,
        { path, content, digest: `sha256:${createHash('sha256').update(content).digest('hex')}` },
      ]),
    ),
    blobs: new Map(),
  };
}

/** A Deployment of one container, as a release's manifest. */
export function deploymentManifest(
  change: { readonly container?: object; readonly spec?: object; readonly pod?: object; readonly name?: string } = {},
): object {
  const name = change.name ?? 'energy-api';
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas: '${parameter.replicas}',
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'api', image: 'energy/api:4.2.0', ...change.container }], ...change.pod },
      },
      ...change.spec,
    },
  };
}
