import type { Demand, Right } from '../../checks/endpoints.ts';
import { quantityOf } from '../../deploy/quantity.ts';
import type { KubernetesObject } from '../../drivers/kubernetes/client.ts';
import { at, recordsAt } from '../../drivers/kubernetes/json.ts';

/** Pure: what the objects of a release ask of a cluster. */

/** Sum of the requests of all pods that the objects make. */
export function demandOf(objects: readonly KubernetesObject[]): Demand {
  let cpu = 0;
  let memory = 0;
  for (const object of objects) {
    const replicas = Number(at(object, 'spec', 'replicas') ?? 1);
    const path =
      object.kind === 'Pod'
        ? ['spec']
        : object.kind === 'CronJob'
          ? ['spec', 'jobTemplate', 'spec', 'template', 'spec']
          : ['spec', 'template', 'spec'];
    const one = podDemand(object, ...path);
    cpu += one.cpu * replicas;
    memory += one.memory * replicas;
  }
  return { cpu, memory };
}

/** Requests of one pod in cores and bytes: the sum of its containers, or its largest init container when that is more. */
export function podDemand(object: KubernetesObject, ...path: readonly string[]): Demand {
  const requests = (list: string, name: string): number[] =>
    recordsAt(object, ...path, list).map((container) => quantityOf(at(container, 'resources', 'requests', name)) ?? 0);
  const most = (name: string): number =>
    Math.max(
      requests('containers', name).reduce((sum, one) => sum + one, 0),
      0,
      ...requests('initContainers', name),
    );
  return { cpu: most('cpu'), memory: most('memory') };
}

/** A quantity in its base unit; not a number when the cluster does not tell it. */
export function quantity(value: unknown): number {
  return quantityOf(value) ?? Number.NaN;
}

/** Claims of volumes, with the StorageClass that they name; null takes the default one. */
export function claimsOf(
  objects: readonly KubernetesObject[],
): readonly { readonly name: string; readonly storageClass: string | null }[] {
  const own = objects
    .filter(({ kind }) => kind === 'PersistentVolumeClaim')
    .map((claim) => ({ name: claim.metadata.name, storageClass: classNameOf(claim) }));
  const templates = objects.flatMap((object) =>
    recordsAt(object, 'spec', 'volumeClaimTemplates').map((template) => ({
      name: `${object.metadata.name}/${String(at(template, 'metadata', 'name') ?? '')}`,
      storageClass: classNameOf(template),
    })),
  );
  // An empty class name asks for a volume that exists already.
  return [...own, ...templates].filter(({ storageClass }) => storageClass !== '');
}

/** Null when the claim names none, which is not the same as an empty name. */
function classNameOf(claim: unknown): string | null {
  const found = at(claim, 'spec', 'storageClassName');
  return typeof found === 'string' ? found : null;
}

/** StorageClasses among the objects. */
export function classesOf(
  objects: readonly KubernetesObject[],
): readonly { readonly name: string; readonly isDefault: boolean }[] {
  return objects
    .filter(({ kind }) => kind === 'StorageClass')
    .map(({ metadata }) => ({
      name: metadata.name,
      isDefault: metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true',
    }));
}

/** Every right that applying, watching and pruning the objects needs, each once. */
export function rightsOf(objects: readonly KubernetesObject[], namespace: string): readonly Right[] {
  const rights = new Map<string, Right>();
  const add = (group: string, resource: string, inside: string | null, verbs: readonly string[]): void => {
    for (const verb of verbs)
      rights.set(`${verb} ${group}/${resource} ${inside ?? ''}`, { verb, group, resource, namespace: inside });
  };
  for (const object of objects) {
    const group = object.apiVersion.includes('/') ? (object.apiVersion.split('/')[0] ?? '') : '';
    add(group, pluralOf(object.kind), object.metadata.namespace ?? null, ['get', 'list', 'create', 'patch', 'delete']);
  }
  // Made by the engine itself: pull credentials and certificates.
  add('', 'secrets', namespace, ['get', 'list', 'create', 'patch', 'delete']);
  // Read while waiting, to say why.
  add('', 'pods', namespace, ['get', 'list', 'watch']);
  add('', 'events', namespace, ['list']);
  return [...rights.values()];
}

/** The resource name of a kind, as the API's conventions form it. */
export function pluralOf(kind: string): string {
  const word = kind.toLowerCase();
  if (word === 'endpoints') return word;
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`;
  return /(s|x|ch|sh)$/.test(word) ? `${word}es` : `${word}s`;
}
