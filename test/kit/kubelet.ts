import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../electron/practice/free-port.ts';
import { goProgram } from './go.ts';

/** A real kubelet that runs the pods of a folder, without a cluster. */
export type Kubelet = {
  /** Puts a pod's manifest into its folder. */
  readonly run: (name: string, pod: object) => Promise<void>;
  readonly log: () => string;
  /** Ends it; containers live on in containerd. */
  readonly stop: () => Promise<void>;
  /** Removes the control groups that came with it, once its containers are gone. */
  readonly clean: () => void;
};

const cgroups = '/sys/fs/cgroup';

/** Starts one for the containerd behind a socket. Needs root. */
export async function startKubelet(socket: string): Promise<Kubelet> {
  const program = await goProgram('kubelet');
  const base = await mkdtemp(join(tmpdir(), 'sitewright-kubelet-'));
  const at = (name: string) => join(base, name);
  await mkdir(at('pods'));
  const group = `/sitewright-test-${process.pid}`;
  // containerd's own group is left where the machine had one already.
  const made = groupsOf(group, '/k8s.io').filter((folder) => !existsSync(folder));
  const config = {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    containerRuntimeEndpoint: `unix://${socket}`,
    staticPodPath: at('pods'),
    fileCheckFrequency: '1s',
    podLogsDir: at('logs'),
    volumePluginDir: at('plugins'),
    address: '127.0.0.1',
    port: await freePort(),
    healthzPort: 0,
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: 'AlwaysAllow' },
    cgroupDriver: 'cgroupfs',
    cgroupsPerQOS: false,
    cgroupRoot: group,
    enforceNodeAllocatable: [],
    failSwapOn: false,
    failCgroupV1: false,
    makeIPTablesUtilChains: false,
    evictionHard: { 'memory.available': '1Mi' },
  };
  await writeFile(at('config.yaml'), JSON.stringify(config));
  const args = [
    ...['--config', at('config.yaml'), '--root-dir', at('root'), '--cert-dir', at('certificates')],
    ...['--hostname-override', 'node-01'],
  ];
  // What it keeps in places of its own choice stands on memory disks.
  const places = ['/var/lib', '/var/log'].map((folder) => `mount -t tmpfs tmpfs ${folder}`).join(' && ');
  const log = openSync(at('log'), 'a');
  const child = spawn('unshare', ['-m', 'sh', '-c', `${places} && exec "$0" "$@"`, program, ...args], {
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    run: (name, pod) => writeFile(at(`pods/${name}.json`), JSON.stringify(pod)),
    log: () => readFileSync(at('log'), 'utf8'),
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      await rm(base, { recursive: true, force: true });
    },
    clean: () => made.forEach(removeGroups),
  };
}

const groupsOf = (...names: readonly string[]): readonly string[] =>
  readdirSync(cgroups).flatMap((hierarchy) => names.map((name) => join(cgroups, hierarchy, name)));

/** Control groups go by rmdir alone, the innermost first. */
function removeGroups(folder: string): void {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) removeGroups(join(folder, entry.name));
  rmdirSync(folder);
}
