/** One kind that the cluster serves. */
export type Kind = {
  readonly kind: string;
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly shortNames?: readonly string[];
  /** Whether a change of anything but metadata and status counts up metadata.generation. */
  readonly generation?: boolean;
  /** Whether the names follow the rules of RBAC, which allow colons. */
  readonly looseNames?: boolean;
  /** A question that is answered and not stored. */
  readonly review?: boolean;
};

const rbac = { group: 'rbac.authorization.k8s.io', version: 'v1', looseNames: true };
const monitoring = { group: 'monitoring.coreos.com', version: 'v1', namespaced: true, generation: true };
const core = { group: '', version: 'v1' };

export const kinds: readonly Kind[] = [
  { ...core, kind: 'Namespace', plural: 'namespaces', namespaced: false, shortNames: ['ns'] },
  { ...core, kind: 'Node', plural: 'nodes', namespaced: false, shortNames: ['no'] },
  { ...core, kind: 'Pod', plural: 'pods', namespaced: true, shortNames: ['po'] },
  { ...core, kind: 'ConfigMap', plural: 'configmaps', namespaced: true, shortNames: ['cm'] },
  { ...core, kind: 'Secret', plural: 'secrets', namespaced: true },
  { ...core, kind: 'Service', plural: 'services', namespaced: true, shortNames: ['svc'] },
  { ...core, kind: 'ServiceAccount', plural: 'serviceaccounts', namespaced: true, shortNames: ['sa'] },
  { ...core, kind: 'Event', plural: 'events', namespaced: true, shortNames: ['ev'] },
  { ...core, kind: 'PersistentVolume', plural: 'persistentvolumes', namespaced: false, shortNames: ['pv'] },
  { ...core, kind: 'PersistentVolumeClaim', plural: 'persistentvolumeclaims', namespaced: true, shortNames: ['pvc'] },
  { ...core, kind: 'Endpoints', plural: 'endpoints', namespaced: true, shortNames: ['ep'] },
  {
    group: 'apps',
    version: 'v1',
    kind: 'Deployment',
    plural: 'deployments',
    namespaced: true,
    shortNames: ['deploy'],
    generation: true,
  },
  {
    group: 'apps',
    version: 'v1',
    kind: 'ReplicaSet',
    plural: 'replicasets',
    namespaced: true,
    shortNames: ['rs'],
    generation: true,
  },
  { group: 'batch', version: 'v1', kind: 'Job', plural: 'jobs', namespaced: true, generation: true },
  {
    group: 'storage.k8s.io',
    version: 'v1',
    kind: 'StorageClass',
    plural: 'storageclasses',
    namespaced: false,
    shortNames: ['sc'],
  },
  { ...rbac, kind: 'Role', plural: 'roles', namespaced: true },
  { ...rbac, kind: 'RoleBinding', plural: 'rolebindings', namespaced: true },
  { ...rbac, kind: 'ClusterRole', plural: 'clusterroles', namespaced: false },
  { ...rbac, kind: 'ClusterRoleBinding', plural: 'clusterrolebindings', namespaced: false },
  {
    group: 'networking.k8s.io',
    version: 'v1',
    kind: 'NetworkPolicy',
    plural: 'networkpolicies',
    namespaced: true,
    shortNames: ['netpol'],
    generation: true,
  },
  {
    group: 'policy',
    version: 'v1',
    kind: 'PodDisruptionBudget',
    plural: 'poddisruptionbudgets',
    namespaced: true,
    shortNames: ['pdb'],
    generation: true,
  },
  { ...monitoring, kind: 'PrometheusRule', plural: 'prometheusrules', shortNames: ['promrule'] },
  { ...monitoring, kind: 'ServiceMonitor', plural: 'servicemonitors', shortNames: ['smon'] },
  {
    group: 'authorization.k8s.io',
    version: 'v1',
    kind: 'SelfSubjectAccessReview',
    plural: 'selfsubjectaccessreviews',
    namespaced: false,
    review: true,
  },
];

const byName = new Map(kinds.map((kind) => [kind.kind, kind]));

/** The kind of this name; a name that is not served is a fault of the caller. */
export function kindNamed(name: string): Kind {
  const kind = byName.get(name);
  if (kind === undefined) throw new Error(`kind ${name} is not served`);
  return kind;
}

export function findKind(group: string, version: string, plural: string): Kind | undefined {
  return kinds.find((kind) => kind.group === group && kind.version === version && kind.plural === plural);
}

/** `v1` or `apps/v1`. */
export function apiVersionOf(kind: Kind): string {
  return kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
}
