import type { Endpoints, Service } from '../model/workloads.ts';
import type { ObjectStore } from '../store/store.ts';
import type { EventRecorder } from './events.ts';
import { type Controller, keyOf, partsOf } from './loop.ts';
import type { NodePorts } from './node-ports.ts';

/** Opens the local port of every NodePort service and sends its connections round robin to the ready pods. */
export function serviceController(store: ObjectStore, ports: NodePorts, event: EventRecorder): Controller {
  const open = new Map<string, Set<number>>();

  const wanted = (service: Service | undefined): Map<number, string | undefined> => {
    const type = service?.spec.type;
    if (type !== 'NodePort' && type !== 'LoadBalancer') return new Map();
    return new Map(
      (service?.spec.ports ?? []).flatMap((port) => (port.nodePort === undefined ? [] : [[port.nodePort, port.name]])),
    );
  };

  return {
    name: 'service-controller',
    keysOf: ({ object }) => (object.kind === 'Service' ? [keyOf(object)] : []),
    reconcile: async (key) => {
      const { namespace, name } = partsOf(key);
      const service = store.get('Service', namespace, name);
      const next = wanted(service);
      const opened = open.get(key) ?? new Set<number>();
      for (const port of opened) if (!next.has(port)) ports.release(port);
      open.set(key, new Set(next.keys()));
      for (const [nodePort, portName] of next) {
        let turn = 0;
        const pick = (): { port: number } | undefined => {
          const targets = readyTargets(store.get('Endpoints', namespace, name), portName);
          turn += 1;
          const port = targets[turn % Math.max(1, targets.length)];
          return port === undefined ? undefined : { port };
        };
        if (opened.has(nodePort) || (await ports.forward(nodePort, pick))) continue;
        // Another program took the port while the cluster was down (or before it was asked for): another one is handed out.
        const other = ports.take();
        if (service !== undefined) {
          event(
            service,
            'Warning',
            'PortAlreadyAllocated',
            `port ${nodePort} is used by another program, now ${other}`,
            { component: 'service-controller' },
          );
        }
        store.update('Service', namespace, name, (draft) => {
          for (const port of draft.spec.ports ?? []) if (port.nodePort === nodePort) port.nodePort = other;
        });
      }
      return undefined;
    },
  };
}

function readyTargets(endpoints: Endpoints | undefined, portName: string | undefined): number[] {
  return (endpoints?.subsets ?? [])
    .filter((subset) => (subset.addresses ?? []).length > 0)
    .flatMap((subset) => (subset.ports ?? []).filter((port) => port.name === portName).map((port) => port.port));
}
