import { parseAllDocuments } from 'yaml';
import { SitewrightError } from '../../contract/errors.ts';
import type { Site } from '../../contract/site.ts';
import type { Release } from '../bundle/release.ts';
import type { KubernetesObject } from '../drivers/kubernetes/client.ts';
import { isRecord, type JsonRecord } from '../drivers/kubernetes/json.ts';
import { nameOf, referenceOf } from '../drivers/kubernetes/reference.ts';
import { registryHost, rewriteImages } from './images.ts';
import { orderObjects } from './order.ts';
import { type Parameters, parametersOf } from './parameters.ts';
import { type Filling, fillPlaceholders } from './placeholders.ts';
import { rollingKinds, withPodTemplate } from './podtemplate.ts';
import { isClusterWide, partOfLabel, releaseLabel } from './scope.ts';
import { withTolerations } from './tolerations.ts';

export type RenderInput = {
  readonly site: Site;
  readonly release: Release;
  /** Paths of manifests as `release.yaml` names them. */
  readonly paths: readonly string[];
};

/**
 * The manifests as objects of this site, in the order of their change groups: placeholders filled, images rewritten to the
 * site's registry by digest, labels and namespace set. `${secret.*}` and `${authority}` stay as references: they are
 * filled by `applyObjects`. Pure; the result holds no secret. Errors: release-invalid, bundle-image-missing, parameters-invalid.
 */
export function renderDocuments(input: RenderInput): readonly KubernetesObject[] {
  const parameters = parametersOf(input.site, input.release);
  const objects = input.paths.flatMap((path) =>
    documentsOf(input.release, path).map((document) => renderObject(document, path, input, parameters)),
  );
  return orderObjects(objects);
}

/** Every object that the release owns in the cluster, its jobs included: what pruning must leave alone. */
export function renderRelease(input: Omit<RenderInput, 'paths'>): readonly KubernetesObject[] {
  const { storage, monitoring, manifests, jobs } = input.release.file;
  return renderDocuments({ ...input, paths: [...storage, ...monitoring, ...manifests, ...jobs] });
}

/** The names of all objects of the release, as `nameOf` says them. */
export function releaseObjectNames(input: Omit<RenderInput, 'paths'>): readonly string[] {
  return renderRelease(input).map((object) => nameOf(referenceOf(object)));
}

/** The object with the labels of the release, on the pod template the one that stays the same over releases. */
export function labelled(object: KubernetesObject, release: Release): KubernetesObject {
  const { name, version } = release.file;
  const metadata = {
    ...object.metadata,
    labels: { ...object.metadata.labels, [partOfLabel]: name, [releaseLabel]: version },
  };
  return withPodTemplate({ ...object, metadata }, (template) => {
    if (object.kind === 'Pod') return template;
    const inner: JsonRecord = isRecord(template.metadata) ? template.metadata : {};
    const labels: JsonRecord = isRecord(inner.labels) ? inner.labels : {};
    // A version label here would restart every workload with each release, even where nothing else changed.
    return { ...template, metadata: { ...inner, labels: { ...labels, [partOfLabel]: name } } };
  });
}

function renderObject(
  document: JsonRecord,
  path: string,
  input: RenderInput,
  parameters: Parameters,
): KubernetesObject {
  const { site, release } = input;
  const filled = fillPlaceholders(document, (name, place) => {
    const filling = fillingOf(name, place, document.kind, path, input, parameters);
    return typeof filling === 'object' && isTextOnly(place, document.kind) ? { value: String(filling.value) } : filling;
  });
  const object = objectOf(filled, path);
  const namespace = isClusterWide(object.kind) ? undefined : (object.metadata.namespace ?? release.file.namespace);
  const { namespace: _, ...metadata } = object.metadata;
  const placed: KubernetesObject = {
    ...object,
    metadata: namespace === undefined ? metadata : { ...metadata, namespace },
  };
  const rewritten = labelled(rewriteImages(placed, release.images, site), release);
  return rollingKinds.includes(object.kind) ? withTolerations(rewritten) : rewritten;
}

function fillingOf(
  name: string,
  place: readonly string[],
  kind: unknown,
  path: string,
  input: RenderInput,
  parameters: Parameters,
): Filling {
  const { site, release } = input;
  if (name === 'authority') return 'deferred';
  if (name.startsWith('secret.') && name.length > 'secret.'.length) {
    if (kind === 'Secret' && place[0] === 'stringData') return 'deferred';
    throw invalid(path, `\${${name}} at ${place.join('.')}: a secret may stand only in the stringData of a Secret`);
  }
  if (name.startsWith('parameter.')) {
    const value = parameters[name.slice('parameter.'.length)];
    if (value !== undefined) return { value };
  }
  if (name === 'registry.host') return { value: registryHost(site) };
  if (name === 'release.version') return { value: release.file.version };
  if (name === 'database.name') return { value: release.file.database.name };
  if (name === 'database.owner') return { value: release.file.database.owner };
  if (name === 'database.address' || name === 'database.port') {
    if (site.database === undefined)
      throw new SitewrightError('site-invalid', { file: site.name, problem: 'database: missing' });
    return { value: name === 'database.port' ? site.database.port : site.database.address };
  }
  throw invalid(path, `unknown placeholder \${${name}} at ${place.join('.')} (write $\${ for a literal \${)`);
}

/** Where Kubernetes takes strings only, so that a number parameter must stay one: `value: '${parameter.replicas}'` of a variable. */
function isTextOnly(place: readonly string[], kind: unknown): boolean {
  const parents = place.slice(0, -1);
  if ((kind === 'ConfigMap' || kind === 'Secret') && (place[0] === 'data' || place[0] === 'stringData')) return true;
  if (['labels', 'annotations', 'matchLabels', 'nodeSelector', 'args', 'command'].includes(parents.at(-1) ?? ''))
    return true;
  return place.at(-1) === 'value' && parents.at(-2) === 'env';
}

function documentsOf(release: Release, path: string): readonly JsonRecord[] {
  const found = release.texts.get(path);
  if (found === undefined) throw invalid(path, 'missing');
  const documents = parseAllDocuments(found.content);
  const parsed = 'empty' in documents ? [] : documents;
  return parsed.flatMap((document) => {
    const [problem] = document.errors;
    if (problem !== undefined) throw invalid(path, problem.message.split('\n')[0] ?? problem.code);
    const value: unknown = document.toJS();
    if (value === null || value === undefined) return [];
    if (!isRecord(value)) throw invalid(path, 'a document is not an object');
    return value.kind === 'List' && Array.isArray(value.items) ? value.items.filter(isRecord) : [value];
  });
}

function objectOf(value: unknown, path: string): KubernetesObject {
  if (!isRecord(value)) throw invalid(path, 'a document is not an object');
  for (const field of ['apiVersion', 'kind'] as const) {
    if (typeof value[field] !== 'string') throw invalid(path, `${field} is missing`);
  }
  if (!isRecord(value.metadata) || typeof value.metadata.name !== 'string')
    throw invalid(path, `${String(value.kind)}: metadata.name is missing`);
  return value as KubernetesObject;
}

function invalid(file: string, problem: string): SitewrightError {
  return new SitewrightError('release-invalid', { file, problem });
}
