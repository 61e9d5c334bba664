import { controllerReference, sameJson, selectorMatches } from '../model/objects.ts';
import { isFinished, isReady, localPorts, type Pod } from '../model/pods.ts';
import type { Endpoints, Service, ServicePort } from '../model/workloads.ts';
import type { ObjectStore } from '../store/store.ts';
import { type Controller, keyOf, partsOf } from './loop.ts';

/** Lists, per service, where its ready pods really listen on this machine. */
export function endpointsController(store: ObjectStore): Controller {
  return {
    name: 'endpoints-controller',
    keysOf: ({ object }) => {
      if (object.kind === 'Service') return [keyOf(object)];
      return object.kind === 'Pod' ? store.list('Service', object.metadata.namespace).map(keyOf) : [];
    },
    reconcile: (key) => {
      const { namespace, name } = partsOf(key);
      const service = store.get('Service', namespace, name);
      const present = store.get('Endpoints', namespace, name);
      if (service === undefined) {
        if (present !== undefined) store.remove(present);
        return undefined;
      }
      const { selector } = service.spec;
      if (selector === undefined || Object.keys(selector).length === 0) return undefined;
      const pods = store
        .list('Pod', namespace)
        .filter(
          (pod) => pod.metadata.deletionTimestamp === undefined && !isFinished(pod) && pod.status?.podIP !== undefined,
        )
        .filter((pod) => selectorMatches({ matchLabels: selector }, pod.metadata.labels));
      // Each pod has a local port of its own, so each is a subset of its own.
      const subsets = pods.map((pod) => subsetOf(service, pod)).filter((subset) => (subset.ports ?? []).length > 0);
      if (present !== undefined && sameJson(present.subsets ?? [], subsets)) return undefined;
      const labels = service.metadata.labels;
      const metadata = present?.metadata ?? {
        name,
        namespace,
        ...(labels === undefined ? {} : { labels }),
        ownerReferences: [controllerReference(service)],
      };
      store.put({ apiVersion: 'v1', kind: 'Endpoints', metadata, subsets } as Endpoints);
      return undefined;
    },
  };
}

function subsetOf(service: Service, pod: Pod): NonNullable<Endpoints['subsets']>[number] {
  const { metadata, spec, status } = pod;
  const address = {
    ip: status?.podIP ?? '127.0.0.1',
    ...(spec.nodeName === undefined ? {} : { nodeName: spec.nodeName }),
    targetRef: { kind: 'Pod', name: metadata.name, namespace: metadata.namespace ?? '', uid: metadata.uid ?? '' },
  };
  const ports = (service.spec.ports ?? []).flatMap((port) => {
    const local = targetOf(port, pod);
    return local === undefined
      ? []
      : [{ ...(port.name === undefined ? {} : { name: port.name }), port: local, protocol: port.protocol ?? 'TCP' }];
  });
  const serves = isReady(pod) || service.spec.publishNotReadyAddresses === true;
  return { ...(serves ? { addresses: [address] } : { notReadyAddresses: [address] }), ports };
}

/** The local port behind a service's port at this pod; undefined while the container does not run. */
function targetOf(port: ServicePort, pod: Pod): number | undefined {
  const target = port.targetPort ?? port.port;
  const declared = pod.spec.containers.flatMap((container) => container.ports ?? []);
  const number = typeof target === 'number' ? target : declared.find((each) => each.name === target)?.containerPort;
  return number === undefined ? undefined : localPorts(pod)[String(number)];
}
