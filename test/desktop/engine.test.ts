import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { buildDesktop } from '../../build/desktop.ts';
import type { Contract } from '../../electron/contract/calls.ts';
import { practiceName } from '../../electron/engine/practice-site.ts';
import type { HostNotice, HostRequest } from '../../electron/engine-host/protocol.ts';
import { removePractice } from '../../electron/practice/launch.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('the engine as it is built for the desktop answers on a port, and ends with the shell', async () => {
  await buildDesktop();
  const home = mkdtempSync(join(tmpdir(), 'sitewright-engine-'));
  const child = fork(join(root, 'dist', 'desktop', 'engine.mjs'), [], {
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  try {
    const send = (request: HostRequest) => void child.send(request);
    let take: (event: { readonly data: string }) => void = () => undefined;
    const ready = new Promise<void>((resolve) => {
      child.on('message', (message) => {
        const notice = message as HostNotice;
        if (notice.type === 'ready') resolve();
        if (notice.type === 'frame') take({ data: notice.data });
      });
    });
    send({ type: 'start', home, scripts: join(root, 'installer-scripts'), passphrases: {} });
    await ready;
    send({ type: 'connect', port: 1 });
    const port = {
      addEventListener: (type: string, listener: typeof take) => {
        if (type === 'message') take = listener;
      },
      postMessage: (data: string) => send({ type: 'frame', port: 1, data }),
    };
    const client: ContractRouterClient<Contract> = createORPCClient(new RPCLink({ port: port as never }));
    assert.equal((await client.info()).home, home);
    assert.deepEqual(await client.site.list(), []);
    // The practice servers and their keeper come as built files, too.
    assert.equal((await client.practice.open({})).site, practiceName);
    const log = readFileSync(join(home, 'practice', 'practice.log'), 'utf8');
    assert.match(log, /ready after \d+ ms/);
    assert.deepEqual(await client.practice.close({}), {});
    assert.match(readFileSync(join(home, 'practice', 'practice.log'), 'utf8'), /ended\n$/);
    await assert.rejects(client.site.show({ site: 'none' }), { code: 'SITEWRIGHT' });
    child.disconnect();
    assert.equal((await ended)[0], 0);
  } finally {
    child.kill('SIGKILL');
    await removePractice(join(home, 'practice'));
    rmSync(home, { recursive: true, force: true });
  }
});
