import type { ChangeGroup } from '../../deploy/order.ts';
import type { KubernetesObject } from '../../drivers/kubernetes/client.ts';

/** Shown as the target of every step that acts on the cluster. */
export const clusterTarget = 'kubernetes';
export const clause = '11.2 服务部署';

export type ParametersInput = { readonly paths: readonly string[] };
/** A change group's objects as rendered for the site; secrets stand in them as references only. */
export type ObjectsInput = { readonly group: ChangeGroup; readonly objects: readonly KubernetesObject[] };
/** Name of one of `release.file.services`. */
export type EndpointInput = { readonly service: string };
/** What a prune must leave alone, as `nameOf` says it. */
export type PruneInput = { readonly keep: readonly string[] };
