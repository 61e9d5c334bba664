import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Host } from '../../electron/contract/site.ts';
import { orSkipped, unpackDebianPackages } from './debian.ts';
import { type Sshd, type SshdOptions, startSshd } from './sshd.ts';

/** A node: a real containerd with folders of its own, and a real sshd on whose host `ctr` reaches it. */
export type ContainerdNode = {
  readonly sshd: Sshd;
  readonly socket: string;
  /** Path of its `ctr`. */
  readonly program: string;
  /** A host of an inventory that means this node. */
  readonly host: (change?: Partial<Host>) => Host;
  /** Runs the node's own `ctr` in the kubelet's namespace. */
  readonly ctr: (...args: readonly string[]) => string;
  /** Ends containerd and starts it again on the same folders. */
  readonly restart: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

export type ContainerdOptions = SshdOptions & {
  /** Folder with `containerd` and `ctr` of another version. */
  readonly programs?: string;
  /** Name of the image that holds pods' namespaces: with it, the service that the kubelet speaks to is there. */
  readonly sandbox?: string;
  /** Size of a file system for containerd's data, e.g. `8m`; default: the machine's temporary folder. */
  readonly disk?: string;
};

/** Starts a node. `skipped` says why there is none; with CI=true that is an error instead. */
export function startContainerdNode(
  options: ContainerdOptions = {},
): Promise<ContainerdNode | { readonly skipped: string }> {
  return orSkipped(() => start(options), 'no containerd');
}

async function start(options: ContainerdOptions): Promise<ContainerdNode> {
  if (process.getuid?.() !== 0) throw new Error('not root');
  const { root } = await unpackDebianPackages('containerd', ['containerd', 'runc', 'libseccomp2']);
  const programs = options.programs ?? join(root, 'usr/bin');
  const base = await mkdtemp(join(tmpdir(), 'sitewright-containerd-'));
  const socket = join(base, 'run', 'containerd.sock');
  await mkdir(join(base, 'data'));
  const config = [
    'version = 2',
    `root = "${join(base, 'data')}"`,
    `state = "${join(base, 'run')}"`,
    // Images are kept by the same services without what the kubelet speaks to.
    ...(options.sandbox === undefined ? ['disabled_plugins = ["io.containerd.grpc.v1.cri"]'] : []),
    '[grpc]',
    `  address = "${socket}"`,
    '[debug]',
    '  level = "warn"',
  ];
  if (options.sandbox !== undefined) config.push(...kubeletService(options.sandbox, join(root, 'usr/sbin/runc')));
  await writeFile(join(base, 'config.toml'), `${config.join('\n')}\n`);
  let daemon = await startDaemon(programs, base, socket, options.disk);
  const sshd = await startSshd({ ...options, path: [options.path, programs].filter((part) => part).join(':') });
  const stop = async (): Promise<void> => {
    if (!('skipped' in sshd)) await sshd.stop();
    await daemon.stop();
    await rm(base, { recursive: true, force: true });
  };
  if ('skipped' in sshd) {
    await stop();
    throw new Error(sshd.skipped);
  }
  return {
    sshd,
    socket,
    program: join(programs, 'ctr'),
    host: (change = {}) => sshd.host({ containerd: socket, ...change }),
    ctr: (...args) =>
      execFileSync(join(programs, 'ctr'), ['--address', socket, '--namespace', 'k8s.io', ...args], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    restart: async () => {
      await daemon.stop();
      daemon = await startDaemon(programs, base, socket, options.disk);
    },
    stop,
  };
}

/** Settings of the kubelet's side; without AppArmor, and on a machine that may already be low on rights. */
function kubeletService(sandbox: string, runc: string): readonly string[] {
  const plugin = 'plugins."io.containerd.grpc.v1.cri"';
  return [
    `[${plugin}]`,
    `  sandbox_image = "${sandbox}"`,
    '  disable_apparmor = true',
    '  restrict_oom_score_adj = true',
    '  stream_server_port = "0"',
    `  [${plugin}.containerd.runtimes.runc]`,
    '    runtime_type = "io.containerd.runc.v2"',
    `    [${plugin}.containerd.runtimes.runc.options]`,
    `      BinaryName = "${runc}"`,
  ];
}

/** In a mount namespace of its own, so that every mount goes with the process. */
async function startDaemon(programs: string, base: string, socket: string, disk: string | undefined) {
  const script = [
    ...(disk === undefined ? [] : [`mount -t tmpfs -o size=${disk} tmpfs '${join(base, 'data')}'`]),
    'exec "$0" "$@"',
  ].join(' && ');
  const child = spawn(
    'unshare',
    ['-m', 'sh', '-c', script, join(programs, 'containerd'), '--config', join(base, 'config.toml')],
    { env: { ...process.env, PATH: `${programs}:${process.env.PATH}` }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = `${said}${chunk}`.slice(-4000);
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  for (let tries = 0; tries < 300; tries += 1) {
    if (existsSync(socket) && answers(join(programs, 'ctr'), socket)) return { stop };
    if (child.exitCode !== null) break;
    await wait(50);
  }
  await stop();
  throw new Error(`containerd does not answer: ${said}`);
}

function answers(program: string, socket: string): boolean {
  try {
    execFileSync(program, ['--address', socket, '--connect-timeout', '1s', 'version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
