import { arch } from 'node:process';
import { clusterVersion } from '../api/discovery.ts';
import { type Condition, timestamp } from '../model/objects.ts';
import type { NodeObject } from '../model/workloads.ts';
import type { ObjectStore } from '../store/store.ts';

/** A machine that runs pods: its name, loopback address and the local folder that stands for its `/`. */
export type ClusterNode = { readonly name: string; readonly address: string; readonly root: string };

const resources = { cpu: '8', memory: '16Gi', pods: '110', 'ephemeral-storage': '100Gi' };

/** Writes the Node objects of these machines and takes out those of others. Labels, taints and cordons stay. */
export function registerNodes(store: ObjectStore, nodes: readonly ClusterNode[]): void {
  const architecture = arch === 'x64' ? 'amd64' : arch;
  for (const { name, address } of nodes) {
    const before = store.get('Node', undefined, name);
    const labels = {
      'kubernetes.io/hostname': name,
      'kubernetes.io/os': 'linux',
      'kubernetes.io/arch': architecture,
      ...before?.metadata.labels,
    };
    const condition = (type: string, status: 'True' | 'False', reason: string, message: string): Condition => {
      const kept = before?.status?.conditions?.find((each) => each.type === type)?.lastTransitionTime;
      return { type, status, reason, message, lastTransitionTime: kept ?? timestamp() };
    };
    const node: NodeObject = {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { ...(before?.metadata ?? { name }), labels },
      spec: before?.spec ?? {},
      status: {
        capacity: resources,
        allocatable: resources,
        addresses: [
          { type: 'InternalIP', address },
          { type: 'Hostname', address: name },
        ],
        conditions: [
          condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
          condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
          condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
          condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
        ],
        nodeInfo: {
          architecture,
          operatingSystem: 'linux',
          osImage: 'Practice site',
          kubeletVersion: clusterVersion.gitVersion,
          containerRuntimeVersion: 'containerd://practice',
          kernelVersion: 'practice',
          machineID: name,
        },
      },
    };
    store.put(node);
  }
  const names = new Set(nodes.map((node) => node.name));
  for (const node of store.list('Node')) if (!names.has(node.metadata.name)) store.remove(node);
  for (const pod of store.list('Pod'))
    if (pod.spec.nodeName !== undefined && !names.has(pod.spec.nodeName)) store.remove(pod);
}
