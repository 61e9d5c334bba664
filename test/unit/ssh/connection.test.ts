import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';
import { describe, it } from 'node:test';
import { type ErrorCode, SitewrightError } from '../../../electron/contract/errors.ts';
import type { Host } from '../../../electron/contract/site.ts';
import { type ConnectedHost, connectHost } from '../../../electron/engine/drivers/ssh/connect.ts';
import type { HostKeyTrust } from '../../../electron/engine/drivers/ssh/connection.ts';
import { createSshPool } from '../../../electron/engine/drivers/ssh/pool.ts';
import type { ScriptSource } from '../../../electron/engine/drivers/ssh/scripts.ts';
import { type Faults, type FaultyServer, memoryTrust, startFaultyServer } from './faulty-server.ts';

const scripts: ScriptSource = { read: async () => Buffer.from('#!/bin/sh\n') };

function connect(
  host: Host,
  options: { secret?: string; trust?: HostKeyTrust; readyTimeoutMs?: number } = {},
): Promise<ConnectedHost> {
  const { secret = 'secret', trust = memoryTrust(), readyTimeoutMs } = options;
  return connectHost({ host, secret, trust, scripts, readyTimeoutMs });
}

function fails(code: ErrorCode, detail?: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof SitewrightError, String(error));
    assert.equal(error.code, code, error.detail);
    if (detail !== undefined) assert.match(error.detail ?? '', detail);
    assert.ok(!JSON.stringify(error.view()).includes('secret'), 'a secret in the error');
    return true;
  };
}

async function withServer(faults: Faults, work: (server: FaultyServer) => Promise<void>): Promise<void> {
  const server = await startFaultyServer(faults);
  try {
    await work(server);
  } finally {
    await server.close();
  }
}

describe('connecting', () => {
  it('pins the host key at first sight by address and port', () =>
    withServer({}, async ({ host }) => {
      const trust = memoryTrust();
      const remote = await connect(host, { trust });
      assert.deepEqual([...trust.pins], [[`127.0.0.1:${host.port}`, remote.hostKey]]);
      remote.close();
    }));

  it('refuses a changed host key before any secret is sent', () =>
    withServer({}, async (server) => {
      const trust = memoryTrust();
      (await connect(server.host, { trust })).close();
      const pinned = trust.pins.get(`127.0.0.1:${server.host.port}`);
      await server.changeKey();
      assert.deepEqual(server.secrets, ['secret']);
      await assert.rejects(connect(server.host, { trust }), (error: unknown) => {
        fails('ssh-host-key-changed')(error);
        const { found, pinned: old } = (error as SitewrightError).params;
        assert.equal(old, pinned);
        assert.match(String(found), /^SHA256:/);
        assert.notEqual(found, pinned);
        return true;
      });
      assert.deepEqual(server.secrets, ['secret'], 'a secret went to the stranger');
      assert.equal(trust.pins.get(`127.0.0.1:${server.host.port}`), pinned, 'the stranger was pinned');
    }));

  it('offers a refused password once only: each attempt counts towards a lock-out', () =>
    withServer({ authenticate: (context) => context.reject(['password', 'keyboard-interactive']) }, async (server) => {
      await assert.rejects(connect(server.host), fails('ssh-auth-failed'));
      assert.deepEqual(server.secrets, ['secret']);
    }));

  it('answers keyboard-interactive where no plain password is taken', () => {
    const answers: string[][] = [];
    const authenticate: Faults['authenticate'] = (context) => {
      if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive']);
      context.prompt(
        [
          { prompt: 'Password: ', echo: false },
          { prompt: 'Host: ', echo: true },
        ],
        (given) => {
          answers.push(given as unknown as string[]);
          if (given[0] === 'secret') context.accept();
          else context.reject();
        },
      );
    };
    return withServer({ authenticate }, async ({ host }) => {
      (await connect(host)).close();
      assert.deepEqual(answers, [['secret', '']]);
      await assert.rejects(connect(host, { secret: 'other' }), fails('ssh-auth-failed'));
    });
  });

  it('signs in with private keys as Node writes them', () => {
    const types = new Set<string>();
    const authenticate: Faults['authenticate'] = (context) => {
      if (context.method !== 'publickey') return context.reject(['publickey']);
      types.add(context.key.algo);
      context.accept();
    };
    return withServer({ authenticate }, async ({ host }) => {
      const pairs = [
        generateKeyPairSync('ed25519'),
        generateKeyPairSync('ec', { namedCurve: 'P-256' }),
        generateKeyPairSync('rsa', { modulusLength: 2048 }),
      ];
      for (const { privateKey } of pairs) {
        (await connect(host, { secret: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() })).close();
      }
      assert.equal(types.size, 3);
      const locked = pairs[0]!.privateKey
        .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
        .toString();
      await assert.rejects(connect(host, { secret: locked }), fails('ssh-auth-failed', /passphrase/));
    });
  });

  it('tells refused, unknown name and silence apart', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', () => resolve()));
    const { port } = silent.address() as AddressInfo;
    await withServer({}, async ({ host }) => {
      await assert.rejects(
        connect({ ...host, port }, { readyTimeoutMs: 200 }),
        fails('ssh-unreachable', /no answer in time/),
      );
      silent.close();
      const name = { ...host, address: 'nowhere.invalid' };
      await assert.rejects(connect(name), fails('ssh-unreachable', /name cannot be resolved/));
    });
    const gone = await startFaultyServer({});
    await gone.close();
    await assert.rejects(connect(gone.host), fails('ssh-unreachable', /ECONNREFUSED/));
  });
});

describe('a connection under faults', () => {
  it('reports a cut connection during a command, and the pool does not repeat the command', () => {
    const commands: string[] = [];
    const exec: Faults['exec'] = (command, channel, connection) => {
      commands.push(command);
      if (command === 'cut') return connection.end();
      channel.write('fine');
      channel.exit(0);
      channel.end();
    };
    return withServer({ exec }, async (server) => {
      const pool = createSshPool({ secret: () => 'secret', trust: memoryTrust(), scripts });
      const remote = await pool.connect(server.host);
      await assert.rejects(remote.exec('cut'), fails('ssh-unreachable', /lost/));
      assert.equal((await remote.exec('next')).stdout, 'fine');
      assert.deepEqual(commands, ['cut', 'next']);
      assert.equal(server.connections(), 2);
      await pool.close();
    });
  });

  it('does not take a channel that closes without an exit code for success', () =>
    withServer({ exec: (_command, channel) => channel.end('half an answer') }, async ({ host }) => {
      const remote = await connect(host);
      await assert.rejects(remote.exec('x'), fails('ssh-unreachable', /without an exit code/));
      remote.close();
    }));

  it('stops at too much output', () => {
    const exec: Faults['exec'] = (_command, channel) => {
      const flood = (): void => void channel.write(Buffer.alloc(1024 * 1024), flood);
      channel.on('error', () => undefined);
      flood();
    };
    return withServer({ exec }, async ({ host }) => {
      const remote = await connect(host);
      await assert.rejects(remote.exec('flood'), fails('host-script-output', /16777216/));
      remote.close();
    });
  });

  it('measures a stall from the last byte, not from the start', () => {
    const exec: Faults['exec'] = (command, channel) => {
      let left = 6;
      const timer = setInterval(() => {
        channel.write('.');
        left -= 1;
        if (left > 0) return;
        clearInterval(timer);
        if (command === 'slow') {
          channel.exit(0);
          channel.end();
        }
      }, 60);
    };
    return withServer({ exec }, async ({ host }) => {
      const remote = await connect(host);
      assert.equal((await remote.exec('slow', { stallMs: 250 })).stdout, '......');
      await assert.rejects(remote.exec('stall', { stallMs: 250 }), fails('ssh-timeout'));
      remote.close();
    });
  });

  it('reads a full disk and a missing right out of the words of an SFTP server', () => {
    const sftp: Faults['sftp'] = (session) => {
      session.on('OPEN', (id, path) =>
        path.includes('denied') ? session.status(id, 3) : session.handle(id, Buffer.from('h')),
      );
      session.on('WRITE', (id) => session.status(id, 4, 'write /srv/x: No space left on device'));
      session.on('CLOSE', (id) => session.status(id, 0));
      session.on('REMOVE', (id) => session.status(id, 2));
      session.on('LSTAT', (id) => session.status(id, 2));
    };
    return withServer({ sftp }, async ({ host }) => {
      const remote = await connect(host);
      await assert.rejects(remote.writeFile('/srv/full', 'x', { mode: 0o600 }), fails('host-disk-full'));
      await assert.rejects(remote.writeFile('/srv/denied', 'x', { mode: 0o600 }), fails('host-permission-denied'));
      assert.equal(await remote.stat('/srv/none'), undefined);
      remote.close();
    });
  });
});
