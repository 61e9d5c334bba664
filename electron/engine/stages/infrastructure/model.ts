import type { KubernetesObject } from '../../drivers/kubernetes/client.ts';

export const clauses = {
  network: '11.2 网络部署',
  storage: '11.2 存储部署',
  monitoring: '11.2 监控部署',
  database: '11.2 数据库部署',
} as const;
/** Shown as the target of steps that act on the cluster, and on the database. */
export const clusterTarget = 'kubernetes';
export const databaseTarget = 'database';
/** Name of the Secret that manifests use in `imagePullSecrets`. */
export const pullSecretName = 'sitewright-registry';

/** One line of the address and port plan. */
export type Connection = {
  readonly from: string;
  readonly to: string;
  readonly address: string;
  readonly port: string;
  readonly protocol: 'TCP' | 'UDP';
  readonly purpose:
    | 'ssh'
    | 'registry'
    | 'kubernetes-api'
    | 'kubelet'
    | 'cluster-network'
    | 'database'
    | 'node-port'
    | 'dns';
};

export type NetworkInput = { readonly connections: readonly Connection[]; readonly hosts: number };
export type Folder = { readonly path: string; readonly mode: string; readonly uid: number; readonly gid: number };
export type FoldersInput = { readonly host: string; readonly folders: readonly Folder[] };
export type NamespaceInput = {
  readonly namespace: KubernetesObject;
  /** Release certificates and the Secrets that they go into. */
  readonly certificates: readonly { readonly name: string; readonly secret: string }[];
};
export type ObjectsInput = { readonly area: 'storage' | 'monitoring'; readonly objects: readonly KubernetesObject[] };
export type DatabaseInput = { readonly name: string; readonly owner: string };
