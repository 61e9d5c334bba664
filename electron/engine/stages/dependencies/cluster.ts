import { clusterChecks } from '../../checks/dependencies.ts';
import { type ClusterFacts, type NodeFacts, probe, type Right } from '../../checks/endpoints.ts';
import { renderRelease } from '../../deploy/render.ts';
import type { KubernetesClient, KubernetesObject } from '../../drivers/kubernetes/client.ts';
import { at, recordsAt, wordsAt } from '../../drivers/kubernetes/json.ts';
import type { StepContext, StepKind } from '../../plan/step.ts';
import { claimsOf, classesOf, demandOf, podDemand, quantity, rightsOf } from './demand.ts';
import type { ClusterInput } from './model.ts';
import { judgeAndRecord } from './steps.ts';

/** Rights that are asked for at once. */
const askedAtOnce = 8;

/** Reads the cluster and asks for every right of the plan. */
export const clusterStep: StepKind<ClusterInput> = {
  verify: async (context) => {
    const begun = performance.now();
    judgeAndRecord(context, 'cluster', await readCluster(context), clusterChecks, begun);
  },
};

async function readCluster(context: StepContext): Promise<ClusterFacts> {
  const { site, release } = context;
  const objects = renderRelease({ site, release });
  const worked = { demand: demandOf(objects), claims: claimsOf(objects), delivered: classesOf(objects) };
  const connection = await probe(() => context.drivers.kubernetes());
  if (!('value' in connection)) {
    const none = connection;
    return {
      ready: none,
      version: none,
      nodes: none,
      requested: none,
      storageClasses: none,
      rights: none,
      namespace: none,
      ...worked,
    };
  }
  const client = connection.value;
  const ready = await probe(() => client.ready());
  // When the API itself does not answer, nine more time-outs say nothing new.
  if (!('value' in ready)) {
    return {
      ready,
      version: ready,
      nodes: ready,
      requested: ready,
      storageClasses: ready,
      rights: ready,
      namespace: ready,
      ...worked,
    };
  }
  const [version, nodes, requested, storageClasses, namespace, rights] = await Promise.all([
    probe(async () => (await client.version()).gitVersion),
    probe(async () => (await client.list({ apiVersion: 'v1', kind: 'Node' })).map(nodeFacts)),
    probe(() => requestedByOthers(client, release.file.namespace)),
    probe(async () => classesOf(await client.list({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass' }))),
    probe(async () => {
      const found = await client.get({ apiVersion: 'v1', kind: 'Namespace', name: release.file.namespace });
      return found === undefined ? '' : wordsAt(found, 'status', 'phase') || 'Active';
    }),
    probe(() => askRights(client, rightsOf(objects, release.file.namespace))),
  ]);
  return { ready, version, nodes, requested, storageClasses, rights, namespace, ...worked };
}

async function askRights(
  client: KubernetesClient,
  rights: readonly Right[],
): Promise<(Right & { allowed: boolean })[]> {
  const answers: (Right & { allowed: boolean })[] = [];
  for (let from = 0; from < rights.length; from += askedAtOnce) {
    const some = rights.slice(from, from + askedAtOnce);
    const allowed = await Promise.all(
      some.map(({ verb, group, resource, namespace }) =>
        client.can({ verb, group, resource, ...(namespace === null ? {} : { namespace }) }),
      ),
    );
    answers.push(...some.map((right, index) => ({ ...right, allowed: allowed[index] === true })));
  }
  return answers;
}

/** Requests of running pods outside the release's namespace: what is there of the release is what will be replaced. */
async function requestedByOthers(
  client: KubernetesClient,
  namespace: string,
): Promise<{ cpu: number; memory: number }> {
  const pods = await client.list({ apiVersion: 'v1', kind: 'Pod' });
  const running = pods.filter(
    (pod) => pod.metadata.namespace !== namespace && !['Succeeded', 'Failed'].includes(wordsAt(pod, 'status', 'phase')),
  );
  return running
    .map((pod) => podDemand(pod, 'spec'))
    .reduce((sum, one) => ({ cpu: sum.cpu + one.cpu, memory: sum.memory + one.memory }), { cpu: 0, memory: 0 });
}

function nodeFacts(node: KubernetesObject): NodeFacts {
  const conditions = recordsAt(node, 'status', 'conditions');
  const holds = (type: string): boolean => conditions.some((one) => one.type === type && one.status === 'True');
  const pressures = ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable'].filter(holds);
  return {
    name: node.metadata.name,
    ready: holds('Ready'),
    schedulable: at(node, 'spec', 'unschedulable') !== true,
    pressures,
    architecture:
      wordsAt(node, 'status', 'nodeInfo', 'architecture') || (node.metadata.labels?.['kubernetes.io/arch'] ?? ''),
    kubelet: wordsAt(node, 'status', 'nodeInfo', 'kubeletVersion'),
    cpu: quantity(at(node, 'status', 'allocatable', 'cpu')),
    memory: quantity(at(node, 'status', 'allocatable', 'memory')),
  };
}
