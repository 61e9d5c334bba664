import type { KubernetesObject, ObjectReference } from './client.ts';

/** The reference of an object. */
export function referenceOf(object: KubernetesObject): ObjectReference {
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    name: object.metadata.name,
    namespace: object.metadata.namespace,
  };
}

/** An object as people name it: `Deployment energy/energy-api`, `StorageClass local`. */
export function nameOf(reference: ObjectReference): string {
  return reference.namespace === undefined
    ? `${reference.kind} ${reference.name}`
    : `${reference.kind} ${reference.namespace}/${reference.name}`;
}
