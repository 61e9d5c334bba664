import { randomInt } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Keeper } from '../keeper.ts';
import { makeWrites } from './admission/writes.ts';
import { type ApiServer, startApiServer } from './api/server.ts';
import { openAuthority } from './authority.ts';
import { claimController } from './controllers/claims.ts';
import { deploymentController } from './controllers/deployments.ts';
import { endpointsController } from './controllers/endpoints.ts';
import { eventRecorder } from './controllers/events.ts';
import { garbageController } from './controllers/garbage.ts';
import { jobController } from './controllers/jobs.ts';
import { runController } from './controllers/loop.ts';
import { namespaceController } from './controllers/namespaces.ts';
import { openNodePorts } from './controllers/node-ports.ts';
import { type ClusterNode, registerNodes } from './controllers/nodes.ts';
import { replicaSetController } from './controllers/replica-sets.ts';
import { scheduler } from './controllers/scheduler.ts';
import { serviceController } from './controllers/services.ts';
import { openImageCache } from './kubelet/image/cache.ts';
import { startKubelet } from './kubelet/kubelet.ts';
import { kindNamed } from './model/kinds.ts';
import { isFinished } from './model/pods.ts';
import { openObjectLog } from './store/log.ts';
import { sealingWithKeyFile } from './store/sealing.ts';
import { type ObjectStore, openStore } from './store/store.ts';

export type ClusterOptions = {
  /** Data folder of the practice site; the cluster keeps its own in `cluster` below it. */
  readonly folder: string;
  /** Bearer token that the API demands; never stored. */
  readonly token: string;
  /** The machines that run pods: name, loopback address, and the local folder that stands for `/`. */
  readonly nodes: readonly ClusterNode[];
  readonly keeper: Keeper;
  readonly log: (words: string) => void;
  /** Local port of the API; without it the one of the last time, else a free one. */
  readonly ports?: { readonly server?: number };
};

export type Cluster = {
  /** `https://127.0.0.1:<port>`. */
  readonly server: string;
  /** PEM of the cluster's own CA. */
  readonly authority: string;
  readonly stop: () => Promise<void>;
};

/** Starts the practice cluster, or opens it again as it was left: pods are started anew. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { nodes, keeper, log } = options;
  const folder = join(options.folder, 'cluster');
  const images = join(folder, 'images');
  const pods = join(folder, 'pods');
  await mkdir(images, { recursive: true, mode: 0o700 });
  // Volumes of pods that a kill left behind may hold keys.
  await rm(pods, { recursive: true, force: true });
  await mkdir(pods, { mode: 0o700 });

  const sealing = sealingWithKeyFile(join(folder, 'encryption.key'));
  const { authority, server } = await openAuthority(folder, sealing);
  const objectLog = openObjectLog(join(folder, 'objects.log'), sealing);
  const store = openStore(objectLog);
  const ports = await openNodePorts();
  const writes = makeWrites(store, { nodePort: ports.take, clusterAddress: () => freeClusterAddress(store) });
  const event = eventRecorder(store);

  registerNodes(store, nodes);
  for (const name of ['default', 'kube-system', 'kube-public']) {
    if (store.get('Namespace', undefined, name) === undefined)
      writes.create(kindNamed('Namespace'), undefined, { metadata: { name } }, { manager: 'kube-apiserver' });
  }
  removeLeaving(store);

  const controllers = [
    namespaceController(store, writes, authority),
    garbageController(store),
    deploymentController(store, writes, event),
    replicaSetController(store, writes, event),
    jobController(store, writes, event),
    claimController(store, event),
    scheduler(store, event),
    endpointsController(store),
    serviceController(store, ports, event),
  ].map((controller) => runController(store, controller, log));
  const cache = openImageCache(images);
  const kubelets = nodes.map((node) => startKubelet({ store, node, images: cache, keeper, event, log, folder: pods }));

  const stopParts = async (): Promise<void> => {
    for (const controller of controllers) controller.stop();
    await Promise.all(kubelets.map((kubelet) => kubelet.stop()));
    await ports.stop();
    objectLog.close();
  };
  const podLog = (
    namespace: string,
    name: string,
    container: string | undefined,
    previous: boolean,
  ): string | undefined => {
    const pod = store.get('Pod', namespace, name);
    if (pod === undefined) return undefined;
    const text = kubelets.map((kubelet) => kubelet.text(pod, container, previous)).find((each) => each !== undefined);
    return text ?? (isFinished(pod) ? '' : undefined);
  };
  let api: ApiServer;
  try {
    api = await startApiServer({
      token: options.token,
      certificate: server,
      port: options.ports?.server ?? (await keptPort(folder)),
      parts: { store, writes, log: podLog },
      log,
    });
  } catch (error) {
    await stopParts();
    throw error;
  }
  await writeFile(join(folder, 'port'), String(api.port));
  let stopping: Promise<void> | undefined;
  return {
    server: `https://127.0.0.1:${api.port}`,
    authority,
    stop: () => {
      stopping ??= api.stop().then(stopParts);
      return stopping;
    },
  };
}

async function keptPort(folder: string): Promise<number> {
  return Number(await readFile(join(folder, 'port'), 'utf8').catch(() => '0')) || 0;
}

/** A number for a service as a real cluster gives it; on the practice cluster only node ports lead somewhere. */
function freeClusterAddress(store: ObjectStore): string {
  const used = new Set(store.list('Service').map((service) => service.spec.clusterIP));
  for (;;) {
    const address = `10.96.${randomInt(1, 255)}.${randomInt(1, 255)}`;
    if (!used.has(address)) return address;
  }
}

/** Pods that were being ended when the cluster stopped have no process left to wait for. */
function removeLeaving(store: ObjectStore): void {
  for (const pod of store.list('Pod')) if (pod.metadata.deletionTimestamp !== undefined) store.remove(pod);
}
