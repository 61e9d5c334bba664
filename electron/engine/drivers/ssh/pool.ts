import { SitewrightError } from '../../../contract/errors.ts';
import type { Host } from '../../../contract/site.ts';
import type { ConnectedHost } from './connect.ts';
import type { HostKeyTrust } from './connection.ts';
import type { RemoteHost } from './host.ts';
import type { ScriptSource } from './scripts.ts';
import type { SshTunnel } from './tunnel.ts';

export type SshPoolOptions = {
  /** Password or PEM private key of a host's credential. Error: vault-missing-secret. */
  readonly secret: (host: Host) => string;
  readonly trust: HostKeyTrust;
  readonly scripts: ScriptSource;
  readonly signal?: AbortSignal | undefined;
  readonly readyTimeoutMs?: number | undefined;
  /** The way to all hosts but the one that it leads through. */
  readonly tunnel?: SshTunnel | undefined;
};

/** One connection per host, shared by everything that runs in parallel. */
export type SshPool = {
  /** The connected host. It mends itself: a lost connection is made anew at the next call. */
  readonly connect: (host: Host) => Promise<RemoteHost>;
  /** Whether the host has a live connection now. */
  readonly connected: (host: Host) => boolean;
  readonly close: () => Promise<void>;
};

export function createSshPool(options: SshPoolOptions): SshPool {
  const lines = new Map<string, Promise<ConnectedHost>>();
  const live = new Map<string, ConnectedHost>();
  let closed = false;

  const open = async (host: Host): Promise<ConnectedHost> => {
    const { trust, scripts, signal, readyTimeoutMs } = options;
    const tunnel = options.tunnel?.host === host.name ? undefined : options.tunnel?.open;
    const secret = options.secret(host);
    const { connectHost } = await import('./connect.ts');
    const connected = await connectHost({ host, secret, trust, scripts, signal, readyTimeoutMs, tunnel });
    if (closed) {
      connected.close();
      throw new SitewrightError('cancelled');
    }
    live.set(host.name, connected);
    return connected;
  };
  const line = async (host: Host): Promise<ConnectedHost> => {
    if (closed) throw new SitewrightError('cancelled');
    const known = live.get(host.name);
    if (known !== undefined && !known.alive()) {
      live.delete(host.name);
      lines.delete(host.name);
    }
    const opening = lines.get(host.name) ?? open(host);
    lines.set(host.name, opening);
    try {
      return await opening;
    } catch (error) {
      // A failed attempt is not kept; the next call tries again.
      if (lines.get(host.name) === opening) lines.delete(host.name);
      throw error;
    }
  };

  /** Runs on the live connection; what may safely run twice is repeated once when the connection was lost under it. */
  const run = async <T>(host: Host, repeatable: boolean, work: (remote: ConnectedHost) => Promise<T>): Promise<T> => {
    const remote = await line(host);
    try {
      return await work(remote);
    } catch (error) {
      const lost = error instanceof SitewrightError && error.code === 'ssh-unreachable' && !remote.alive();
      if (!lost || !repeatable || closed) throw error;
      return await work(await line(host));
    }
  };

  const mending = (host: Host): RemoteHost => ({
    name: host.name,
    get hostKey() {
      return live.get(host.name)?.hostKey ?? options.trust.pinned(`${host.address}:${host.port}`) ?? '';
    },
    // A command may have done its work before the connection went: the caller decides whether it runs again.
    exec: (command, exec) => run(host, false, (remote) => remote.exec(command, exec)),
    script: (name, args, exec) => run(host, false, (remote) => remote.script(name, args, exec)),
    readFile: (path) => run(host, true, (remote) => remote.readFile(path)),
    writeFile: (path, content, file) => run(host, true, (remote) => remote.writeFile(path, content, file)),
    makeFolder: (path, folder) => run(host, true, (remote) => remote.makeFolder(path, folder)),
    stat: (path) => run(host, true, (remote) => remote.stat(path)),
    list: (path) => run(host, true, (remote) => remote.list(path)),
    remove: (path) => run(host, true, (remote) => remote.remove(path)),
    close: () => live.get(host.name)?.close(),
  });

  return {
    connect: async (host) => {
      await line(host);
      return mending(host);
    },
    connected: (host) => live.get(host.name)?.alive() ?? false,
    close: async () => {
      closed = true;
      const open = [...lines.values()];
      lines.clear();
      for (const remote of await Promise.allSettled(open)) if (remote.status === 'fulfilled') remote.value.close();
      live.clear();
    },
  };
}
