import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { PracticeFaults } from '../protocol.ts';
import { loopback, makeFolder } from '../settings.ts';
import { baseFiles, baseFolders, type DeclaredHost, declaredHardware } from './declared.ts';
import { execute } from './exec.ts';
import { hostFiles } from './files.ts';
import { keptHostKey, newHostKey } from './host-key.ts';
import { openRightsBook } from './metadata.ts';
import type { HostListener, PracticeHost } from './model.ts';
import { localPath } from './paths.ts';
import type { HostServices } from './services.ts';
import { openSshDoor, passwordTest, type SshDoor } from './ssh.ts';

/** The account of every practice host. */
export const hostUser = 'root';

export type HostsOptions = {
  readonly declared: readonly DeclaredHost[];
  readonly folder: string;
  readonly password: string;
  /** Port of each host's SSH service, by host name. */
  readonly ports: Readonly<Record<string, number>>;
  /** What else serves on a host, for the scripts that look at its ports. */
  readonly listeners: (host: string) => readonly HostListener[];
  readonly log: (words: string) => void;
};

export type PracticeHosts = {
  readonly list: readonly PracticeHost[];
  readonly plant: (faults: PracticeFaults) => void;
  /** Opens the SSH doors; the hosts' files can be read before. */
  readonly open: (services: HostServices) => Promise<void>;
  readonly close: () => Promise<void>;
};

type Prepared = {
  readonly host: PracticeHost;
  readonly plant: (faults: PracticeFaults) => void;
  readonly open: (services: HostServices) => Promise<SshDoor>;
};

/** Makes or opens the folders of the hosts. */
export async function prepareHosts(options: HostsOptions): Promise<PracticeHosts> {
  const list: PracticeHost[] = [];
  const prepared = await Promise.all(options.declared.map((declared) => prepareHost(declared, options, () => list)));
  list.push(...prepared.map(({ host }) => host));
  const doors: SshDoor[] = [];
  return {
    list,
    plant(faults) {
      for (const each of prepared) each.plant(faults);
    },
    async open(services) {
      doors.push(...(await Promise.all(prepared.map((each) => each.open(services)))));
    },
    close: async () => void (await Promise.all(doors.map((door) => door.close()))),
  };
}

async function prepareHost(
  declared: DeclaredHost,
  options: HostsOptions,
  site: () => readonly PracticeHost[],
): Promise<Prepared> {
  const { name } = declared;
  const home = join(options.folder, 'hosts', name);
  const root = join(home, 'root');
  await makeFolder(root);
  const hardware = declaredHardware(declared, options.folder, Date.now());
  const [rights, hostKey] = await Promise.all([
    openRightsBook(join(home, 'rights.jsonl')),
    keptHostKey(join(home, 'host_key')),
  ]);
  let left: number | undefined;
  let sections: Readonly<Record<string, string>> = {};
  let otherKey: string | undefined;
  let door: SshDoor | undefined;

  const files = hostFiles(root, rights, (bytes) => {
    if (left === undefined) return true;
    if (bytes > left) return false;
    left -= bytes;
    return true;
  });
  await Promise.all(baseFolders.map((path) => mkdir(localPath(root, path), { recursive: true })));
  for (const [path, content] of Object.entries(baseFiles(declared, hardware, options.declared))) {
    if ((await files.stat(path)) === undefined) await files.put(path, content);
  }

  const host: PracticeHost = {
    name,
    address: loopback,
    sshPort: options.ports[name]!,
    roles: declared.roles,
    root,
    files,
    clockOffsetMs: 0,
    hardware,
    site,
    listeners: () => [{ port: options.ports[name]!, command: 'sshd' }, ...options.listeners(name)],
    sections: () => sections,
    bytesLeft: () => left,
  };
  const isPassword = passwordTest(options.password);
  return {
    host,
    plant(faults) {
      left = faults.diskFull?.[name];
      sections = faults.sections?.[name] ?? {};
      const other = faults.newHostKey?.includes(name) ?? false;
      if (other) otherKey ??= newHostKey();
      door?.showKey(other ? otherKey! : hostKey);
    },
    async open(services) {
      door = await openSshDoor({
        port: host.sshPort,
        user: hostUser,
        isPassword,
        hostKey,
        files,
        execute: (command, stdin) => execute({ host, services, command, stdin, isPassword }),
        log: (words) => options.log(`${name}: ${words}`),
      });
      return door;
    },
  };
}
