import { text } from '../../../contract/text.ts';
import { removalOrder } from '../../deploy/order.ts';
import { partOfLabel } from '../../deploy/scope.ts';
import type { KubernetesObject } from '../../drivers/kubernetes/client.ts';
import { nameOf, referenceOf } from '../../drivers/kubernetes/reference.ts';
import type { StepContext, StepKind } from '../../plan/step.ts';
import { clusterTarget, type PruneInput } from './model.ts';

/** Kinds that a release may leave behind and that hold no data. Namespaces, claims and volumes are never removed. */
const prunable: readonly (readonly [apiVersion: string, kind: string])[] = [
  ['apps/v1', 'Deployment'],
  ['apps/v1', 'StatefulSet'],
  ['apps/v1', 'DaemonSet'],
  ['batch/v1', 'Job'],
  ['batch/v1', 'CronJob'],
  ['v1', 'Service'],
  ['v1', 'ConfigMap'],
  ['v1', 'Secret'],
  ['v1', 'ServiceAccount'],
  ['rbac.authorization.k8s.io/v1', 'Role'],
  ['rbac.authorization.k8s.io/v1', 'RoleBinding'],
  ['networking.k8s.io/v1', 'NetworkPolicy'],
  ['networking.k8s.io/v1', 'Ingress'],
  ['policy/v1', 'PodDisruptionBudget'],
  ['autoscaling/v2', 'HorizontalPodAutoscaler'],
  ['monitoring.coreos.com/v1', 'ServiceMonitor'],
  ['monitoring.coreos.com/v1', 'PrometheusRule'],
];

/** Removes what an earlier release left: only objects with this release's label that the release no longer has. */
export const pruneStep: StepKind<PruneInput> = {
  inspect: async (context, input) => {
    const left = await leftOver(context, input);
    return { satisfied: left.length === 0, found: left.map((object) => nameOf(referenceOf(object))) };
  },
  apply: async (context, input) => {
    const client = await context.drivers.kubernetes();
    for (const object of removalOrder(await leftOver(context, input))) {
      await client.remove(referenceOf(object));
      context.log('info', clusterTarget, text('services.log.removed', { object: nameOf(referenceOf(object)) }));
    }
  },
};

async function leftOver(context: StepContext, { keep }: PruneInput): Promise<readonly KubernetesObject[]> {
  const client = await context.drivers.kubernetes();
  const { name, namespace, certificates } = context.release.file;
  const made = ['sitewright-registry', ...certificates.map(({ secret }) => secret)].map(
    (secret) => `Secret ${namespace}/${secret}`,
  );
  const kept = new Set([...keep, ...made]);
  const found: KubernetesObject[] = [];
  for (const [apiVersion, kind] of prunable)
    found.push(...(await client.list({ apiVersion, kind, namespace }, `${partOfLabel}=${name}`)));
  // What a controller owns carries its labels too and goes with its owner.
  return found.filter(
    (object) => object.metadata.ownerReferences === undefined && !kept.has(nameOf(referenceOf(object))),
  );
}
