import { apiVersionOf, type Kind, kinds } from '../model/kinds.ts';
import type { JsonObject } from '../model/objects.ts';

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** The version that the practice cluster says it is. */
export const clusterVersion = {
  major: '1',
  minor: '34',
  gitVersion: 'v1.34.2',
  gitCommit: 'practice',
  gitTreeState: 'clean',
  buildDate: '2025-11-12T00:00:00Z',
  goVersion: 'practice',
  compiler: 'practice',
  platform: `${process.platform}/${process.arch}`,
};

/** The documents by which a client finds out what is served; undefined for any other path. */
export function discover(path: string, host: string): JsonObject | undefined {
  if (path === '/version') return clusterVersion;
  if (path === '/api') {
    return {
      kind: 'APIVersions',
      versions: ['v1'],
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: host }],
    };
  }
  if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: groupNames().map(groupOf) };
  if (path === '/api/v1') return resources('v1');
  const [, group = '', version] = /^\/apis\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? [];
  if (!groupNames().includes(group)) return undefined;
  if (version === undefined) return { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(group) };
  return kinds.some((kind) => kind.group === group && kind.version === version)
    ? resources(`${group}/${version}`)
    : undefined;
}

function groupNames(): string[] {
  return [...new Set(kinds.map((kind) => kind.group))].filter((group) => group !== '');
}

function groupOf(name: string): JsonObject {
  const version = kinds.find((kind) => kind.group === name)?.version ?? 'v1';
  const entry = { groupVersion: `${name}/${version}`, version };
  return { name, versions: [entry], preferredVersion: entry };
}

function resources(groupVersion: string): JsonObject {
  const served = kinds.filter((kind) => apiVersionOf(kind) === groupVersion);
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources: served.flatMap(resourcesOf) };
}

function resourcesOf(kind: Kind): JsonObject[] {
  const base = { singularName: kind.kind.toLowerCase(), namespaced: kind.namespaced, kind: kind.kind };
  const shortNames = kind.shortNames === undefined ? {} : { shortNames: kind.shortNames };
  const main = { name: kind.plural, ...base, verbs: kind.review === true ? ['create'] : verbs, ...shortNames };
  if (kind.kind !== 'Pod') return [main];
  return [
    main,
    { ...base, name: 'pods/log', verbs: ['get'] },
    { ...base, name: 'pods/status', verbs: ['get', 'patch', 'update'] },
  ];
}
