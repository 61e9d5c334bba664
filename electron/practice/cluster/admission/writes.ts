import { randomBytes, randomUUID } from 'node:crypto';
import { alreadyExists, applyConflict, badRequest, forbidden, invalid, notFound, stale } from '../api/problem.ts';
import { applyConfiguration, recordUpdate } from '../apply/managers.ts';
import { apiVersionOf, type Kind, kindNamed } from '../model/kinds.ts';
import { type ClusterObject, isJsonObject, type Metadata, sameJson } from '../model/objects.ts';
import type { PodSpec } from '../model/pods.ts';
import type { Service } from '../model/workloads.ts';
import type { ObjectStore } from '../store/store.ts';
import { fillDefaults, foldStringData } from './defaults.ts';
import { findCauses } from './rules.ts';

/** Who writes, and whether only to see what would come of it. */
export type WriteOptions = { readonly manager: string; readonly dryRun?: boolean };

/** Where an object is meant to stand; `namespace` undefined for kinds without one. */
export type Place = { readonly kind: Kind; readonly namespace: string | undefined; readonly name: string };

/** Numbers that the cluster hands out to services. */
export type Allocation = { readonly nodePort: () => number; readonly clusterAddress: () => string };

/** The one way into the store for whole objects: defaults, rules, ownership, versions. Errors: ApiProblem. */
export type Writes = {
  readonly create: (kind: Kind, namespace: string | undefined, object: unknown, options: WriteOptions) => ClusterObject;
  readonly replace: (place: Place, object: unknown, options: WriteOptions) => ClusterObject;
  /** Changes the present object by a function of it. */
  readonly patch: (place: Place, change: (live: ClusterObject) => unknown, options: WriteOptions) => ClusterObject;
  readonly replaceStatus: (
    place: Place,
    change: (live: ClusterObject) => unknown,
    options: WriteOptions,
  ) => ClusterObject;
  /** Server-side apply. */
  readonly apply: (
    place: Place,
    object: unknown,
    options: WriteOptions & { readonly force: boolean },
  ) => { readonly object: ClusterObject; readonly created: boolean };
};

export function makeWrites(store: ObjectStore, allocation: Allocation): Writes {
  const mustBeOpen = (kind: Kind, namespace: string | undefined, name: string): void => {
    if (!kind.namespaced) return;
    const found = store.get('Namespace', undefined, namespace ?? '');
    if (found === undefined) throw notFound(kindNamed('Namespace'), namespace ?? '');
    if (found.metadata.deletionTimestamp !== undefined) {
      throw forbidden(
        kind,
        name,
        `unable to create new content in namespace ${namespace} because it is being terminated`,
      );
    }
  };

  const allocate = (service: Service, live: Service | undefined): void => {
    const { spec } = service;
    if (spec === undefined || spec.type === 'ExternalName') return;
    spec.clusterIP ??= live?.spec.clusterIP ?? allocation.clusterAddress();
    spec.clusterIPs ??= [spec.clusterIP];
    if (spec.type !== 'NodePort' && spec.type !== 'LoadBalancer') return;
    for (const port of spec.ports ?? []) {
      const before = live?.spec.ports?.find(
        (each) => each.port === port.port && (each.protocol ?? 'TCP') === (port.protocol ?? 'TCP'),
      );
      port.nodePort ??= before?.nodePort ?? allocation.nodePort();
    }
  };

  const finish = (kind: Kind, live: ClusterObject | undefined, next: ClusterObject, dryRun: boolean): ClusterObject => {
    const object = { ...next, metadata: keptMetadata(next.metadata, live?.metadata) };
    if (live?.status === undefined) delete object.status;
    else object.status = live.status;
    fillDefaults(object);
    if (kind.kind === 'Pod' && live === undefined) podDefaults(object);
    if (kind.kind === 'Service' && (!dryRun || live !== undefined))
      allocate(object as Service, live as Service | undefined);
    const causes = findCauses(kind, object, live);
    if (causes.length > 0) throw invalid(kind, object.metadata.name, causes);
    if (kind.generation === true) {
      const bumped = live === undefined || !sameJson(contentOf(live), contentOf(object));
      object.metadata.generation = (live?.metadata.generation ?? 0) + (bumped ? 1 : 0);
    }
    if (live !== undefined && sameJson(live, object)) return live;
    if (dryRun) return object;
    const gone = live?.metadata.deletionTimestamp !== undefined && (object.metadata.finalizers ?? []).length === 0;
    if (gone && kind.kind !== 'Pod' && kind.kind !== 'Namespace') return store.remove(object);
    return store.put(object);
  };

  const podDefaults = (pod: ClusterObject): void => {
    const spec = pod.spec as PodSpec & { serviceAccount?: string };
    spec.serviceAccountName ??= 'default';
    const account = store.get('ServiceAccount', pod.metadata.namespace, spec.serviceAccountName);
    if (account === undefined && spec.serviceAccountName !== 'default') {
      const { namespace } = pod.metadata;
      throw forbidden(
        kindNamed('Pod'),
        pod.metadata.name,
        `error looking up service account ${namespace}/${spec.serviceAccountName}: serviceaccount "${spec.serviceAccountName}" not found`,
      );
    }
    if (spec.imagePullSecrets === undefined && account?.imagePullSecrets !== undefined) {
      spec.imagePullSecrets = structuredClone(account.imagePullSecrets);
    }
    pod.status = { phase: 'Pending', qosClass: 'Burstable' };
  };

  const live = ({ kind, namespace, name }: Place): ClusterObject => {
    const found = store.get(kind.kind, namespace, name);
    if (found === undefined) throw notFound(kind, name);
    return found;
  };

  const update = (
    place: Place,
    before: ClusterObject,
    value: unknown,
    { manager, dryRun = false }: WriteOptions,
  ): ClusterObject => {
    const next = parse(place.kind, place.namespace, value);
    if (next.metadata.name !== place.name) {
      throw badRequest(
        `the name of the object (${next.metadata.name}) does not match the name on the URL (${place.name})`,
      );
    }
    const asked = next.metadata.resourceVersion;
    if (asked !== undefined && asked !== '' && asked !== before.metadata.resourceVersion)
      throw stale(place.kind, place.name);
    foldStringData(next);
    next.metadata.managedFields = recordUpdate(before, next, manager);
    return finish(place.kind, before, next, dryRun);
  };

  return {
    create: (kind, namespace, value, { manager, dryRun = false }) => {
      const object = parse(kind, namespace, value);
      const { metadata } = object;
      if (metadata.resourceVersion !== undefined && metadata.resourceVersion !== '') {
        throw badRequest('resourceVersion should not be set on objects to be created');
      }
      if ((metadata.name ?? '') === '' && metadata.generateName !== undefined) {
        metadata.name = `${metadata.generateName}${randomBytes(8).toString('hex').slice(0, 5)}`;
      }
      mustBeOpen(kind, namespace, metadata.name);
      if (metadata.name !== undefined && store.get(kind.kind, namespace, metadata.name) !== undefined)
        throw alreadyExists(kind, metadata.name);
      foldStringData(object);
      metadata.managedFields = recordUpdate(undefined, object, manager);
      return finish(kind, undefined, object, dryRun);
    },
    replace: (place, value, options) => update(place, live(place), value, options),
    patch: (place, change, options) => {
      const before = live(place);
      return update(place, before, change(structuredClone(before)), options);
    },
    replaceStatus: (place, change, { dryRun = false }) => {
      const before = live(place);
      const next = { ...before, status: (change(structuredClone(before)) as ClusterObject).status };
      return dryRun || sameJson(next, before) ? next : store.put(next);
    },
    apply: (place, value, { manager, force, dryRun = false }) => {
      const { kind, namespace, name } = place;
      const applied = parse(kind, namespace, value);
      applied.metadata.name ??= name;
      if (applied.metadata.name !== name)
        throw badRequest(`metadata.name of the configuration does not match the name on the URL (${name})`);
      if (applied.metadata.managedFields !== undefined) throw badRequest('metadata.managedFields must be nil');
      const before = store.get(kind.kind, namespace, name);
      const asked = applied.metadata.resourceVersion;
      if (asked !== undefined && asked !== before?.metadata.resourceVersion) throw stale(kind, name);
      if (before === undefined) mustBeOpen(kind, namespace, name);
      foldStringData(applied);
      const { object, conflicts } = applyConfiguration(before, applied, manager, force);
      if (conflicts.length > 0) throw applyConflict(conflicts);
      return { object: finish(kind, before, object, dryRun), created: before === undefined };
    },
  };
}

/** What the server keeps of the metadata, whatever a caller sends. */
function keptMetadata(next: Metadata, live: Metadata | undefined): Metadata {
  const { uid, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds, generation, resourceVersion } =
    live ?? {};
  const kept =
    live === undefined
      ? { uid: randomUUID() }
      : { uid, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds, generation, resourceVersion };
  const {
    uid: _uid,
    creationTimestamp: _at,
    deletionTimestamp: _gone,
    resourceVersion: _version,
    generation: _count,
    ...own
  } = next;
  return JSON.parse(JSON.stringify({ ...own, ...kept })) as Metadata;
}

/** Everything whose change counts as a new generation. */
function contentOf(object: ClusterObject): unknown {
  const { metadata: _metadata, status: _status, ...content } = object;
  return content;
}

/** The body as an object of this kind, in this namespace; a copy that may be changed. */
function parse(kind: Kind, namespace: string | undefined, value: unknown): ClusterObject {
  if (!isJsonObject(value)) throw badRequest('the body of the request is not an object');
  const object = structuredClone(value) as ClusterObject;
  const apiVersion = apiVersionOf(kind);
  object.apiVersion ??= apiVersion;
  object.kind ??= kind.kind;
  if (object.kind !== kind.kind || object.apiVersion !== apiVersion) {
    throw badRequest(
      `${object.kind} in version "${object.apiVersion}" cannot be handled as a ${kind.kind} in version "${apiVersion}"`,
    );
  }
  object.metadata = isJsonObject(object.metadata) ? object.metadata : ({} as Metadata);
  if (!kind.namespaced) delete object.metadata.namespace;
  else if (namespace === undefined) throw badRequest('an empty namespace may not be set during creation');
  else if ((object.metadata.namespace ?? namespace) !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  } else object.metadata.namespace = namespace;
  return object;
}
