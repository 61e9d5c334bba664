import { execFileSync, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { type Host, hostSchema } from '../../electron/contract/site.ts';
import { readablePrivateKey } from '../../electron/engine/drivers/ssh/private-key.ts';
import { freePort } from '../../electron/practice/free-port.ts';
import { orSkipped, unpackDebianPackages } from './debian.ts';
import { systemdBoot, systemdNamespaces } from './systemd.ts';

/** A real OpenSSH server on a free port of 127.0.0.1, run by the current account with a configuration of its own. */
export type Sshd = {
  readonly address: '127.0.0.1';
  readonly port: number;
  readonly user: string;
  /** PEM private key that signs the account in. */
  readonly privateKey: string;
  /** The account's password inside this server; undefined where password sign-in cannot be offered (not root). */
  readonly password: string | undefined;
  /** Empty folder for the test's files. */
  readonly folder: string;
  /** A file system of 256 KiB, undefined where none can be mounted (not root). */
  readonly smallDisk: string | undefined;
  /** A host of an inventory that means this server. */
  readonly host: (change?: Partial<Host>) => Host;
  readonly stop: () => Promise<void>;
};

export type SshdOptions = {
  /** More lines for sshd_config. */
  readonly config?: readonly string[];
  /** A folder in front of the sessions' PATH, e.g. with a `sudo` of the test. */
  readonly path?: string;
  /**
   * Gives its sessions an `/etc`, `/opt`, `/var/log` and `/usr/local/share` of their own, so that what a test installs
   * there never reaches the machine. Needs root.
   */
  readonly ownFolders?: boolean;
  /** Boots the machine's own systemd around it, in namespaces of its own; needs `ownFolders`. */
  readonly systemd?: boolean;
  /** Leaves the SFTP subsystem out. */
  readonly withoutSftp?: boolean;
};

/** Starts sshd. `skipped` says why there is none; with CI=true that is an error instead. */
export function startSshd(options: SshdOptions = {}): Promise<Sshd | { readonly skipped: string }> {
  return orSkipped(async () => start(await findSshd(), options), 'no OpenSSH server');
}

type Binaries = { readonly sshd: string; readonly sftp: string; readonly libraries: string | undefined };

/** The system's own sshd, or Debian's packages unpacked into the account's cache folder. */
async function findSshd(): Promise<Binaries> {
  if (process.platform !== 'linux') throw new Error(`not on ${process.platform}`);
  const sftpPaths = ['/usr/lib/openssh/sftp-server', '/usr/libexec/openssh/sftp-server', '/usr/lib/ssh/sftp-server'];
  const sftp = sftpPaths.find((path) => existsSync(path));
  if (existsSync('/usr/sbin/sshd') && sftp !== undefined) return { sshd: '/usr/sbin/sshd', sftp, libraries: undefined };

  const { root: unpacked, libraries } = await unpackDebianPackages('openssh', [
    'openssh-server',
    'openssh-sftp-server',
    'libwrap0',
  ]);
  return {
    sshd: join(unpacked, 'usr/sbin/sshd'),
    sftp: join(unpacked, 'usr/lib/openssh/sftp-server'),
    libraries,
  };
}

async function start(binaries: Binaries, options: SshdOptions): Promise<Sshd> {
  const base = await mkdtemp(join(tmpdir(), 'sitewright-sshd-'));
  const at = (name: string): string => join(base, name);
  const asRoot = process.getuid?.() === 0;
  const user = userInfo().username;
  const password = asRoot ? `pass word'"$(id)-${process.pid}` : undefined;
  const hostKey = makeKey();
  const clientKey = makeKey();
  await mkdir(at('files'));
  await mkdir(at('small'));
  await mkdir(at('etc'));
  await writeFile(at('host_key'), hostKey.private, { mode: 0o600 });
  await writeFile(at('authorized_keys'), `${clientKey.public}\n`, { mode: 0o600 });
  const port = await freePort();
  const path = [options.path, '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin']
    .filter((part) => part !== undefined)
    .join(':');
  const lines = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${at('host_key')}`,
    'PidFile none',
    'UsePAM no',
    'StrictModes no',
    'PermitRootLogin yes',
    `PasswordAuthentication ${asRoot ? 'yes' : 'no'}`,
    `AuthorizedKeysFile ${at('authorized_keys')}`,
    `SetEnv PATH=${path}`,
    ...(options.withoutSftp === true ? [] : [`Subsystem sftp ${binaries.sftp}`]),
    ...(options.config ?? []),
  ];
  await writeFile(at('sshd_config'), `${lines.join('\n')}\n`);
  if (password !== undefined) await writeAccounts(base, user, password);

  const command = [binaries.sshd, '-D', '-e', '-f', at('sshd_config')];
  // Root's sshd wants an account and a folder of its own. They are given inside a mount namespace: the machine stays as it is.
  const ownFolders = [
    `mount -t tmpfs tmpfs '${at('etc')}' && cp -a /etc/. '${at('etc')}' && mount --bind '${at('etc')}' /etc`,
    ...['/opt', '/var/log', '/usr/local/share'].map((folder) => `mount -t tmpfs tmpfs ${folder}`),
  ];
  if (options.ownFolders === true && !asRoot) throw new Error('folders of its own need root');
  const inNamespace = [
    ...(options.ownFolders === true ? ownFolders : []),
    'mount -t tmpfs tmpfs /run && mkdir -m 755 /run/sshd',
    `mount -t tmpfs -o size=256k tmpfs '${at('small')}'`,
    `mount --bind '${at('passwd')}' /etc/passwd`,
    `mount --bind '${at('shadow')}' /etc/shadow`,
    ...(options.systemd === true ? systemdBoot() : ['exec "$@"']),
  ].join(' && ');
  const namespaces = options.systemd === true ? systemdNamespaces : ['-m'];
  const [program, args] = asRoot
    ? ['unshare', [...namespaces, 'sh', '-c', inNamespace, 'sshd', ...command]]
    : [command[0]!, command.slice(1)];
  const env = binaries.libraries === undefined ? process.env : { ...process.env, LD_LIBRARY_PATH: binaries.libraries };
  const child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async (): Promise<void> => {
    // Process 1 of its own hears no other signal.
    child.kill(options.systemd === true ? 'SIGKILL' : 'SIGTERM');
    await ended;
    await rm(base, { recursive: true, force: true });
  };
  try {
    await new Promise<void>((resolve, reject) => {
      let said = '';
      const timer = setTimeout(() => reject(new Error(`sshd does not listen: ${said}`)), 10_000);
      child.stderr.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (!said.includes('Server listening')) return;
        clearTimeout(timer);
        resolve();
      });
      child.once('error', reject);
      child.once('close', () => reject(new Error(`sshd ended: ${said}`)));
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    address: '127.0.0.1',
    port,
    user,
    privateKey: clientKey.private,
    password,
    folder: at('files'),
    smallDisk: asRoot ? at('small') : undefined,
    host: (change = {}) =>
      hostSchema.parse({
        name: 'lab-01',
        address: '127.0.0.1',
        port,
        user,
        credential: 'ssh',
        roles: ['worker'],
        ...change,
      }),
    stop,
  };
}

/** An Ed25519 key pair in OpenSSH's own forms. */
function makeKey(): { readonly private: string; readonly public: string } {
  const { privateKey } = generateKeyPairSync('ed25519');
  const readable = readablePrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  const parsed = ssh2.utils.parseKey(readable);
  if (parsed instanceof Error) throw parsed;
  return { private: readable, public: `ssh-ed25519 ${parsed.getPublicSSH().toString('base64')}` };
}

/** Copies of the account files with a privilege-separation account and a known password. */
async function writeAccounts(base: string, user: string, password: string): Promise<void> {
  const passwd = await readFile('/etc/passwd', 'utf8');
  const separation = /^sshd:/m.test(passwd) ? '' : 'sshd:x:64022:65534::/run/sshd:/usr/sbin/nologin\n';
  await writeFile(join(base, 'passwd'), `${passwd}${separation}`, { mode: 0o644 });
  const hash = execFileSync('openssl', ['passwd', '-6', '-stdin'], { input: password }).toString().trim();
  await writeFile(join(base, 'shadow'), `${user}:${hash}:20000:0:99999:7:::\n`, { mode: 0o600 });
  await chmod(base, 0o755);
}
