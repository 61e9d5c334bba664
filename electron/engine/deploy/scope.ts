/** Kinds that live outside namespaces. The cluster's discovery has the last word when an object is sent. */
const clusterWide = new Set([
  'Namespace',
  'Node',
  'PersistentVolume',
  'StorageClass',
  'CSIDriver',
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'PriorityClass',
  'RuntimeClass',
  'IngressClass',
  'APIService',
  'MutatingWebhookConfiguration',
  'ValidatingWebhookConfiguration',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'VolumeSnapshotClass',
]);

export function isClusterWide(kind: string): boolean {
  return clusterWide.has(kind);
}

/** Labels that say to whom an object belongs. */
export const partOfLabel = 'app.kubernetes.io/part-of';
export const releaseLabel = 'sitewright.io/release';
