import { join } from 'node:path';
import type { ParentLine } from '../programs/parent-line.ts';
import { ownCertificate } from './certificate.ts';
import { startCluster } from './cluster/cluster.ts';
import { databasePlace } from './database/place.ts';
import { databaseUser, prepareDatabase } from './database/server.ts';
import { freePort } from './free-port.ts';
import { type DeclaredHost, hostsOf } from './hosts/declared.ts';
import { hostUser, prepareHosts } from './hosts/hosts.ts';
import { hostCertificate, hostServices } from './hosts/services.ts';
import { startKeeper } from './keeper.ts';
import { lockFolder } from './lock.ts';
import type { PracticeDatabase, PracticeFaults, PracticeReply, PracticeStart } from './protocol.ts';
import { openRegistry, registryUser } from './registry/server.ts';
import { loopback, makeFolder, readSettings, writeSettings } from './settings.ts';

type Ready = Extract<PracticeReply, { readonly type: 'ready' }>;

/** The running practice site inside its own process. */
export type RunningSite = {
  readonly ready: Ready;
  readonly plant: (faults: PracticeFaults) => void;
  readonly database: (state: PracticeDatabase['state']) => Promise<void>;
};

/** Takes what must be ended with the site, as soon as it runs. The first one added is ended last. */
export type Closers = { readonly add: (close: () => Promise<unknown>) => void };

/** Roles whose hosts are nodes of the cluster. */
const nodeRoles = ['control-plane', 'worker'];

/** Starts every part of the practice site, as much at once as can be. */
export async function startSite(
  start: PracticeStart,
  run: ParentLine['run'],
  closers: Closers,
  log: (words: string) => void,
  lost: (problem: string) => void,
): Promise<RunningSite> {
  const { folder, secrets } = start;
  await makeFolder(folder);
  await lockFolder(folder);
  const { ports, place, declared } = await addresses(folder, start.hosts);
  const keeper = startKeeper(run, lost);
  closers.add(() => keeper.stop());

  const registryHost = hostWithRole(declared, 'registry');
  const databaseHost = hostWithRole(declared, 'database');
  const databasePort = ports.database!;
  const registryPort = ports.registry!;

  const startHosts = async () => {
    const hosts = await prepareHosts({
      folder,
      declared,
      password: secrets.ssh,
      ports: Object.fromEntries(declared.map(({ name }) => [name, ports[`ssh/${name}`]!])),
      listeners: (host) => [
        ...(host === registryHost ? [{ port: registryPort, command: 'docker-registry' }] : []),
        ...(host === databaseHost ? [{ port: databasePort, command: 'postgres' }] : []),
      ],
      log,
    });
    closers.add(() => hosts.close());
    return hosts;
  };
  const hostsStarting = startHosts();

  const startRegistry = async () => {
    const host = (await hostsStarting).list.find(({ name }) => name === registryHost)!;
    const issued = await hostCertificate(host, 'docker-registry');
    const certificate =
      'problem' in issued ? await ownCertificate(join(folder, 'registry', 'own.pem'), registryHost) : issued;
    const registry = await openRegistry({
      folder: join(folder, 'registry'),
      port: registryPort,
      password: secrets.registry,
      certificate,
      log,
    });
    closers.add(() => registry.close());
    return registry;
  };
  const startDatabase = async () => {
    const firstCertificate = () => ownCertificate(join(folder, 'database', 'own.pem'), databaseHost);
    const database = await prepareDatabase({
      place,
      port: databasePort,
      password: secrets.database,
      firstCertificate,
      keeper,
      log,
    });
    closers.add(() => database.stop());
    await database.start();
    return database;
  };
  const startNodes = async () => {
    const { list } = await hostsStarting;
    const nodes = list.filter(({ roles }) => roles.some((role) => nodeRoles.includes(role)));
    const cluster = await startCluster({
      folder,
      token: secrets.cluster,
      nodes: nodes.map(({ name, address, root }) => ({ name, address, root })),
      keeper,
      log: (words) => log(`cluster: ${words}`),
    });
    closers.add(() => cluster.stop());
    return cluster;
  };

  const [hosts, registry, database, cluster] = await Promise.all([
    hostsStarting,
    startRegistry(),
    startDatabase(),
    startNodes(),
  ]);
  await hosts.open(
    hostServices({
      registryHost,
      databaseHost,
      reloadRegistry: async (certificate) => registry.present(certificate),
      reloadDatabase: (certificate) => database.present(certificate),
    }),
  );
  return {
    ready: {
      type: 'ready',
      hosts: hosts.list.map(({ name, address, sshPort, roles }) => ({
        name,
        address,
        port: sshPort,
        user: hostUser,
        roles,
      })),
      registry: { url: `https://${loopback}:${registryPort}`, user: registryUser, host: registryHost },
      database: { address: loopback, port: databasePort, user: databaseUser, host: databaseHost },
      kubernetes: { server: cluster.server, authority: cluster.authority },
    },
    plant(faults) {
      hosts.plant(faults);
      registry.refusePush(faults.registryRefusesPush);
      registry.slowDown(faults.registryBytesPerSecond);
      if (faults.registryCut === true) registry.cut();
    },
    database: (state) => (state === 'started' ? database.start() : database.stop()),
  };
}

/** The addresses and the database's folder of before, where they can still be had; remembered before anything starts. */
async function addresses(folder: string, count: number | undefined) {
  const settings = await readSettings(folder);
  const hosts = settings.hosts ?? count;
  const declared = hostsOf(hosts);
  const place = await databasePlace(folder, settings.databaseFolder);
  const ports: Record<string, number> = {};
  for (const service of [...declared.map(({ name }) => `ssh/${name}`), 'registry', 'database']) {
    ports[service] = await freePort(settings.ports[service], new Set(Object.values(ports)));
  }
  await writeSettings(folder, {
    format: 1,
    ports,
    ...(hosts !== undefined && { hosts }),
    ...(place.elsewhere === undefined ? {} : { databaseFolder: place.elsewhere }),
  });
  return { ports, place, declared };
}

function hostWithRole(hosts: readonly DeclaredHost[], role: string): string {
  return hosts.find(({ roles }) => roles.includes(role))!.name;
}
