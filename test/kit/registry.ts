import { spawn } from 'node:child_process';
import { scryptSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { orSkipped, unpackDebianPackages } from './debian.ts';

/** A real distribution registry 2.8 of Debian's, on a free port of loopback, over plain HTTP or TLS. */
export type RealRegistry = { readonly url: string; readonly folder: string; readonly stop: () => Promise<void> };

/** Starts it. `skipped` says why there is none; with CI=true that is an error instead. */
export function startRegistry(tls?: {
  readonly certificate: string;
  readonly key: string;
}): Promise<RealRegistry | { readonly skipped: string }> {
  return orSkipped(async () => {
    const { root } = await unpackDebianPackages('docker-registry', ['docker-registry']);
    const folder = await mkdtemp(join(tmpdir(), 'sitewright-registry-'));
    const port = await freePort();
    const config: Record<string, unknown> = {
      version: '0.1',
      log: { level: 'warn' },
      storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
      http: { addr: `127.0.0.1:${port}`, secret: scryptSync('lab', folder, 16).toString('hex') },
    };
    if (tls !== undefined) {
      await writeFile(join(folder, 'tls.crt'), tls.certificate);
      await writeFile(join(folder, 'tls.key'), tls.key, { mode: 0o600 });
      (config.http as Record<string, unknown>).tls = {
        certificate: join(folder, 'tls.crt'),
        key: join(folder, 'tls.key'),
      };
    }
    // JSON is YAML.
    await writeFile(join(folder, 'config.yml'), JSON.stringify(config));
    const child = spawn(join(root, 'usr/bin/docker-registry'), ['serve', join(folder, 'config.yml')], {
      stdio: 'ignore',
    });
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const url = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
    await answering(port);
    return {
      url,
      folder,
      stop: async () => {
        child.kill('SIGKILL');
        await ended;
        await rm(folder, { recursive: true, force: true });
      },
    };
  }, 'no registry');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

async function answering(port: number): Promise<void> {
  const { connect } = await import('node:net');
  for (let tries = 0; tries < 200; tries += 1) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (open) return;
    await wait(50);
  }
  throw new Error('the registry does not answer');
}
