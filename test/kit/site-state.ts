import { createHash, X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Site } from '../../electron/contract/site.ts';
import { withRelease } from '../../electron/engine/bundle/open.ts';
import type { KubernetesObject } from '../../electron/engine/drivers/kubernetes/client.ts';
import { openDrivers } from '../../electron/engine/drivers/open.ts';
import { scriptFolder } from '../../electron/engine/drivers/ssh/scripts.ts';
import { canonicalJson } from '../../electron/engine/evidence/canonical.ts';
import { installerScripts, type PracticeHome, practiceName } from './practice-home.ts';

/** What a walk leaves behind, as comparable lines; what must differ between two sites (keys, ports, times) is left out. */
export type SiteState = {
  readonly database: readonly string[];
  readonly registry: readonly string[];
  readonly cluster: readonly string[];
  readonly hosts: readonly string[];
};

/** Columns that differ between two sites, or between two moments, by their nature. */
const volatile =
  /^(password_hash|created_at|updated_at|changed_at|opened_at|acknowledged_at|applied_at|finished_at|started_at|imported_at|recorded_at|at_time|duration_ms|computed_at|token_hash|expires_at|loaded_at|loaded_rows|loaded_seconds)$/;

const kinds: readonly (readonly [string, string])[] = [
  ['v1', 'Namespace'],
  ['v1', 'ServiceAccount'],
  ['v1', 'ConfigMap'],
  ['v1', 'Secret'],
  ['v1', 'Service'],
  ['apps/v1', 'Deployment'],
  ['batch/v1', 'Job'],
  ['networking.k8s.io/v1', 'NetworkPolicy'],
  ['policy/v1', 'PodDisruptionBudget'],
  ['storage.k8s.io/v1', 'StorageClass'],
  ['monitoring.coreos.com/v1', 'PrometheusRule'],
  ['monitoring.coreos.com/v1', 'ServiceMonitor'],
];

export async function readSiteState(practice: PracticeHome): Promise<SiteState> {
  const engine = practice.engine();
  const opened = engine.openUnlocked(practiceName);
  const { vault, facts } = opened.unlocked();
  const site = opened.site();
  const bundle = withRelease(await engine.bundle([practice.bundle]), [practice.bundle]);
  const drivers = openDrivers({
    site,
    release: bundle.release,
    vault,
    facts,
    trust: opened.store.hostKeys,
    scripts: scriptFolder(installerScripts),
    signal: new AbortController().signal,
  });
  const plain = sameOnEverySite(site);
  try {
    return {
      database: await databaseState(drivers.postgres, bundle.release.file.database.name),
      registry: await registryState(
        await drivers.registry(),
        bundle.release.images.map((image) => image.repository),
      ),
      cluster: await clusterState(await drivers.kubernetes(), plain),
      hosts: hostState(join(practice.home, 'practice', 'hosts'), plain),
    };
  } finally {
    await drivers.close();
    await engine.close();
  }
}

/** Replaces the addresses that a practice site was given by chance. */
function sameOnEverySite(site: Site): (words: string) => string {
  const names: readonly (readonly [string, string])[] = [
    [new URL(site.registry!.url).host, '<registry>'],
    [`${site.registry!.url.replace(/^.*:/, '')}_`, '<registry>_'],
    [`127.0.0.1:${site.database!.port}`, '<database>'],
    [String(site.database!.port), '<database-port>'],
  ];
  return (words) => names.reduce((plain, [from, to]) => plain.replaceAll(from, to), words);
}

async function databaseState(
  postgres: ReturnType<typeof openDrivers>['postgres'],
  database: string,
): Promise<readonly string[]> {
  const client = await postgres.connect({ as: 'administrator' }, { database });
  try {
    const tables = await client.query<{ schema: string; name: string; columns: string[] }>(
      `SELECT table_schema AS schema, table_name AS name, array_agg(column_name::text ORDER BY ordinal_position) AS columns
       FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
       WHERE table_schema IN ('public', 'sitewright') AND table_type = 'BASE TABLE' GROUP BY 1, 2 ORDER BY 1, 2`,
    );
    const lines: string[] = [];
    for (const { schema, name, columns } of tables.rows) {
      const kept = columns.filter((column) => !volatile.test(column)).map(asText);
      const { rows } = await client.query<{ count: string; sum: string }>(
        `SELECT count(*)::text AS count, coalesce(md5(string_agg(line, E'\\n' ORDER BY line)), '') AS sum
         FROM (SELECT concat_ws('|', ${kept.map((column) => `coalesce(${column}, '<null>')`).join(', ')}) AS line FROM "${schema}"."${name}") AS lines`,
      );
      lines.push(`${schema}.${name} ${rows[0]!.count} ${rows[0]!.sum}`);
    }
    return lines;
  } finally {
    await client.end();
  }
}

/** A column as text; a moment inside a proof differs as any other moment does. */
function asText(column: string): string {
  return column === 'proof' ? `("proof" - 'at')::text` : `"${column}"::text`;
}

async function registryState(
  registry: Awaited<ReturnType<ReturnType<typeof openDrivers>['registry']>>,
  repositories: readonly string[],
): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const name of repositories) {
    const repository = registry.repository(name);
    for (const tag of await registry.tags(repository))
      lines.push(`${repository}:${tag} ${(await registry.headManifest(repository, tag))?.digest}`);
  }
  return lines.sort();
}

async function clusterState(
  cluster: Awaited<ReturnType<ReturnType<typeof openDrivers>['kubernetes']>>,
  plain: (words: string) => string,
): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const [apiVersion, kind] of kinds) {
    for (const object of await cluster.list({ apiVersion, kind })) lines.push(plain(lineOf(object)));
  }
  const pods = await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, 'app.kubernetes.io/part-of=energy-platform');
  const running = pods.filter((pod) => (pod.status as { phase?: string }).phase === 'Running').length;
  return [...lines, `running pods ${running}`].sort();
}

/** An object without what the cluster adds and without secret or keyed content. */
function lineOf(object: KubernetesObject): string {
  const { status: _status, metadata, ...rest } = object;
  const { name, namespace, labels } = metadata;
  const secret = object.kind === 'Secret' ? { data: Object.keys((object.data ?? {}) as object).sort() } : {};
  const text = canonicalJson({ ...rest, ...secret, metadata: { name, namespace, labels } });
  // Checksums of configuration are keyed per site; node ports and cluster addresses are given by chance.
  return text
    .replace(/"(nodePort|clusterIP|clusterIPs|healthCheckNodePort)":("[^"]*"|\[[^\]]*\]|\d+),?/g, '')
    .replace(/"sitewright\.io\/[a-z-]*(hash|checksum|configuration)[a-z-]*":"[^"]*",?/g, '')
    .replace(/-----BEGIN CERTIFICATE-----[^"]*/g, '<certificate>')
    .replace(/"(controller-uid|batch\.kubernetes\.io\/controller-uid)":"[^"]*",?/g, '');
}

function hostState(folder: string, plain: (words: string) => string): readonly string[] {
  const lines: string[] = [];
  for (const host of readdirSync(folder)) {
    const root = join(folder, host, 'root');
    const given = /^etc\/(machine-id|hosts|hostname|os-release|timezone|resolv\.conf)$/;
    const entries = readdirSync(root, { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      const path = join(entry.parentPath, entry.name);
      const name = relative(root, path).split(sep).join('/');
      if (given.test(name)) continue;
      lines.push(
        plain(`${host}:/${name} ${entry.isDirectory() ? 'folder' : contentOf(readFileSync(path, 'utf8'), plain)}`),
      );
    }
    for (const line of rights(join(folder, host, 'rights.jsonl'))) lines.push(plain(`${host} ${line}`));
  }
  return lines.sort();
}

/** Certificates by what they say, keys by their kind, everything else by digest. */
function contentOf(content: string, plain: (words: string) => string): string {
  if (content.startsWith('-----BEGIN CERTIFICATE-----')) {
    const { subject, subjectAltName, issuer } = new X509Certificate(content);
    // The authorities' names end in a part of their key's digest.
    const plainName = (name: string) => name.replaceAll('\n', ' ').replace(/ CA [0-9a-f]{8}/g, ' CA');
    return `certificate ${plainName(subject)} ${subjectAltName} ${plainName(issuer)}`;
  }
  if (content.startsWith('-----BEGIN')) return content.split('\n')[0]!;
  return createHash('sha256').update(plain(content)).digest('hex');
}

/** Newest mode and owner of each path that still stands. */
function rights(file: string): readonly string[] {
  const newest = new Map<string, string>();
  for (const line of readFileSync(file, 'utf8')
    .split('\n')
    .filter((entry) => entry !== '')) {
    const { path, rights: right } = JSON.parse(line) as { path: string; rights: unknown };
    if (right === null) newest.delete(path);
    else newest.set(path, JSON.stringify(right));
  }
  return [...newest].map(([path, right]) => `rights ${path} ${right}`);
}
