import { SitewrightError } from '../../../contract/errors.ts';
import { type Host, isSystemHost, type Site } from '../../../contract/site.ts';
import { type Text, text } from '../../../contract/text.ts';
import { registryFolder } from '../../images/registry-host/settings.ts';
import type { PlanInput, StepPlan } from '../../plan/step.ts';
import type {
  EndpointInput,
  FilesInput,
  IssueInput,
  PlannedFile,
  ProveInput,
  ReloadInput,
  TrustInput,
} from './model.ts';

const stage = 'certificates' as const;
const folder = '/etc/sitewright';
const authorityFile = `${folder}/ca.crt`;
const authorityStep = `${stage}/authority/site`;

/** Pure: which certificates the site needs, where they go, and how each endpoint is proved. */
export function planCertificates({ site, release }: PlanInput): readonly StepPlan[] {
  const nodes = site.hosts.filter((host) => host.roles.includes('worker') || host.roles.includes('control-plane'));
  return [
    authorityPlan(site),
    ...site.hosts.filter(isSystemHost).map((host) => trustPlan(host)),
    ...registryPlans(site, nodes),
    ...databasePlans(site),
    ...release.file.certificates.map((certificate) =>
      issuePlan(certificate.name, [...certificate.names, ...nodes.map((host) => host.address)]),
    ),
  ];
}

function authorityPlan(site: Site): StepPlan {
  return {
    ...step('authority', 'site', [], 2, [text('certificates.effectRoot'), text('certificates.effectIntermediate')]),
    input: { root: `${site.name} root CA`, intermediate: `${site.name} issuing CA` },
  };
}

function trustPlan(host: Host): StepPlan<TrustInput> {
  const effects = [effectFile(authorityFile, 0o644), text('certificates.effectTrust')];
  return { ...step('trust', host.name, [authorityStep], 3, effects), input: { host: host.name, path: authorityFile } };
}

function issuePlan(certificate: string, wanted: readonly string[]): StepPlan<IssueInput> {
  const names = [...new Set(wanted)];
  const effects = [text('certificates.effectIssue', { names: names.join(', ') })];
  return {
    ...step('issue', certificate, [authorityStep], 1, effects),
    input: { certificate, names, usages: ['server'] },
  };
}

function filesPlan(target: string, needs: readonly string[], input: FilesInput): StepPlan<FilesInput> {
  return {
    ...step(
      'files',
      target,
      needs,
      2,
      input.files.map((file) => effectFile(file.path, file.mode)),
    ),
    input,
  };
}

/** Registry: its own certificate, and the trust of everything that pulls from it. A plain-HTTP registry has neither. */
function registryPlans(site: Site, nodes: readonly Host[]): readonly StepPlan[] {
  const { registry } = site;
  if (registry === undefined) return [];
  const url = new URL(registry.url);
  if (url.protocol !== 'https:') return [];
  const hostname = bareHost(url.hostname);
  const endpoint: EndpointInput = {
    certificate: 'registry',
    address: hostname,
    port: Number(url.port || 443),
    servername: hostname,
  };
  const where = registryFolder;
  const files: FilesInput = {
    host: registry.host,
    folder: where,
    files: [
      { path: `${where}/tls.key`, mode: 0o600, source: { from: 'key', certificate: 'registry' } },
      { path: `${where}/tls.crt`, mode: 0o644, source: { from: 'chain', certificate: 'registry' } },
    ],
  };
  return [
    issuePlan('registry', [hostname, hostOf(site, registry.host).address, ...registry.names]),
    filesPlan('registry', [`${stage}/issue/registry`], files),
    ...nodes.map((host) => containerdPlan(host, url)),
    // One that the walk starts itself takes its certificate then: the images stage proves it.
    ...(registry.managed === undefined ? servedPlans(endpoint, registry.host, 'docker-registry') : []),
  ];
}

function databasePlans(site: Site): readonly StepPlan[] {
  const { database } = site;
  if (database === undefined) return [];
  const address = bareHost(database.address);
  const where = `${folder}/postgresql`;
  const endpoint: EndpointInput = {
    certificate: 'database',
    address,
    port: database.port,
    servername: address,
    startTls: 'postgresql',
  };
  const files: FilesInput = {
    host: database.host,
    folder: where,
    // PostgreSQL takes a key of root's that its own group may read, and nobody else.
    group: 'postgres',
    files: [
      { path: `${where}/server.key`, mode: 0o640, source: { from: 'key', certificate: 'database' } },
      { path: `${where}/server.crt`, mode: 0o644, source: { from: 'chain', certificate: 'database' } },
    ],
  };
  return [
    issuePlan('database', [address, hostOf(site, database.host).address, ...database.names]),
    filesPlan('database', [`${stage}/issue/database`], files),
    ...servedPlans(endpoint, database.host, 'postgresql'),
  ];
}

/** containerd reads this folder at every pull; nothing needs a restart. */
function containerdPlan(host: Host, registry: URL): StepPlan<FilesInput> {
  const where = `/etc/containerd/certs.d/${registry.host}`;
  const hosts = [
    `server = "${registry.origin}"`,
    '',
    `[host."${registry.origin}"]`,
    '  capabilities = ["pull", "resolve"]',
    `  ca = "${where}/ca.crt"`,
    '',
  ].join('\n');
  const files: readonly PlannedFile[] = [
    { path: `${where}/ca.crt`, mode: 0o644, source: { from: 'authorities' } },
    { path: `${where}/hosts.toml`, mode: 0o644, source: { from: 'text', content: hosts } },
  ];
  const plan = filesPlan(host.name, [authorityStep], { host: host.name, folder: where, files });
  return { ...plan, id: `${stage}/containerd/${host.name}` };
}

/** The service reads its files anew, then a real handshake proves it. */
function servedPlans(endpoint: EndpointInput, host: string, service: string): readonly StepPlan[] {
  const name = endpoint.certificate;
  const address = `${endpoint.address}:${endpoint.port}`;
  const reload: StepPlan<ReloadInput> = {
    ...step('reload', name, [`${stage}/files/${name}`], 5, [text('certificates.effectReload', { service, host })]),
    input: { ...endpoint, host, service },
  };
  const prove: StepPlan<ProveInput> = {
    ...step('prove', name, [reload.id], 3, [text('certificates.effectProve', { address })]),
    mutates: false,
    input: { ...endpoint, patienceMs: 10_000 },
  };
  return [reload, prove];
}

function step(
  kind: string,
  target: string,
  needs: readonly string[],
  weight: number,
  effects: readonly Text[],
): Omit<StepPlan, 'input'> {
  return {
    id: `${stage}/${kind}/${target}`,
    stage,
    kind,
    target,
    effects: [...effects],
    mutates: true,
    needs: [...needs],
    weight,
  };
}

function effectFile(path: string, mode: number): Text {
  return text('certificates.effectFile', { path, mode: mode.toString(8).padStart(4, '0') });
}

function hostOf(site: Site, name: string): Host {
  const host = site.hosts.find((candidate) => candidate.name === name);
  if (host === undefined) throw new SitewrightError('site-invalid', { file: site.name, problem: `host ${name}` });
  return host;
}

const bareHost = (host: string): string => host.replace(/^\[|\]$/g, '');
