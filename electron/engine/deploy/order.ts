import type { KubernetesObject } from '../drivers/kubernetes/client.ts';

/** Change groups in the order in which they are applied; removal goes the other way round. */
export const changeGroups = ['foundations', 'configuration', 'accounts', 'workloads'] as const;
export type ChangeGroup = (typeof changeGroups)[number];

/** Kinds of each group in their order. A kind that is not listed is a workload, after the listed ones. */
const kinds: Readonly<Record<ChangeGroup, readonly string[]>> = {
  foundations: [
    'Namespace',
    'CustomResourceDefinition',
    'PriorityClass',
    'RuntimeClass',
    'IngressClass',
    'StorageClass',
    'PersistentVolume',
    'ResourceQuota',
    'LimitRange',
  ],
  configuration: ['ConfigMap', 'Secret'],
  accounts: ['ServiceAccount', 'ClusterRole', 'Role', 'ClusterRoleBinding', 'RoleBinding'],
  workloads: [
    'NetworkPolicy',
    'PersistentVolumeClaim',
    'Service',
    'StatefulSet',
    'Deployment',
    'DaemonSet',
    'Pod',
    'Job',
    'CronJob',
    'PodDisruptionBudget',
    'HorizontalPodAutoscaler',
    'Ingress',
  ],
};

/** Webhooks come after the workload that answers them, or nothing could be created any more. */
const last = ['APIService', 'MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];

export function changeGroupOf(kind: string): ChangeGroup {
  return changeGroups.find((group) => kinds[group].includes(kind)) ?? 'workloads';
}

/** Objects in the order in which they are applied; equal kinds keep the order of the manifests. */
export function orderObjects(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  return objects.toSorted((one, other) => rankOf(one.kind) - rankOf(other.kind));
}

/** Objects in the order in which they are removed: what leans on others goes first. */
export function removalOrder(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  return orderObjects(objects).toReversed();
}

/** The ordered objects of each group; empty groups are left out. */
export function groupObjects(
  objects: readonly KubernetesObject[],
): readonly { readonly group: ChangeGroup; readonly objects: readonly KubernetesObject[] }[] {
  const ordered = orderObjects(objects);
  return changeGroups
    .map((group) => ({ group, objects: ordered.filter((object) => changeGroupOf(object.kind) === group) }))
    .filter(({ objects: members }) => members.length > 0);
}

function rankOf(kind: string): number {
  const group = changeGroupOf(kind);
  const place = kinds[group].indexOf(kind);
  const within = place >= 0 ? place : 50 + last.indexOf(kind);
  return changeGroups.indexOf(group) * 100 + within;
}
