// A site that the laptop reaches through one SSH host only: everything of a walk goes that way, and nothing else.
import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { createRouterClient } from '@orpc/server';
import type { Engine } from '../../electron/engine/engine.ts';
import { createRouter } from '../../electron/engine/router.ts';
import { openPracticeHome, type PracticeHome, practiceName } from '../kit/practice-home.ts';
import { type Sshd, startSshd } from '../kit/sshd.ts';
import { beginWalk, endOfWalk } from '../kit/walks.ts';

let practice: PracticeHome;
let engine: Engine;
before(async () => {
  practice = await openPracticeHome();
  engine = practice.engine();
});
after(async () => {
  await engine?.close();
  await practice?.remove();
});

/** Gives the practice site a jump host, and has every connection of this process watched. */
function passThrough(sshd: Sshd) {
  const opened = engine.openUnlocked(practiceName);
  opened.unlocked().vault.set('jump', sshd.privateKey);
  const site = opened.site();
  const jump = sshd.host({ name: 'jump-01', credential: 'jump', roles: ['jump-host'], become: 'sudo' });
  opened.saveSite({ ...site, hosts: [...site.hosts.filter(({ name }) => name !== 'jump-01'), jump] });
  const ports: number[] = [];
  const watch = (message: unknown) => {
    const { socket } = message as { socket: Socket };
    // Before the connection is made the port is not known; a TLS client over another stream connects to nobody.
    socket.once('connect', () => socket.remotePort !== undefined && ports.push(socket.remotePort));
  };
  subscribe('net.client.socket', watch);
  return { ports, end: () => unsubscribe('net.client.socket', watch) };
}

test('a whole walk, a test of a host and a push of the images go through the jump host alone', async (t) => {
  const sshd = await startSshd();
  if ('skipped' in sshd) return t.skip(sshd.skipped);
  t.after(sshd.stop);
  const { ports, end } = passThrough(sshd);
  t.after(end);
  const client = createRouterClient(createRouter(engine));
  await beginWalk({ client, practice });
  const walk = await endOfWalk({ client });
  const problems = walk.stages.flatMap(({ blockers, steps }) => [
    ...blockers,
    ...steps.flatMap(({ error }) => error ?? []),
  ]);
  assert.equal(walk.state, 'done', JSON.stringify(problems, null, 2));
  assert.ok(walk.stages.flatMap(({ steps }) => steps).some(({ id }) => id === 'inventory/connect/jump-01'));
  // It is passed through, and neither judged nor changed.
  const others = ['environment', 'certificates', 'infrastructure'];
  const touched = walk.stages.filter(({ id }) => others.includes(id)).flatMap(({ steps }) => steps);
  assert.deepEqual(
    touched.filter(({ target }) => target === 'jump-01'),
    [],
  );

  const tested = await client.site.testHost({ site: practiceName, host: 'app-01' });
  assert.deepEqual([tested.ok, tested.error], [true, undefined]);
  const verified = await client.images.verify({ target: { site: practiceName }, bundle: [practice.bundle] });
  assert.ok(verified !== undefined);
  assert.ok(ports.length >= 2);
  assert.deepEqual([...new Set(ports)], [sshd.port]);
});

test('a jump host that forbids forwarding is named, with what to do', async (t) => {
  const sshd = await startSshd({ config: ['AllowTcpForwarding no'] });
  if ('skipped' in sshd) return t.skip(sshd.skipped);
  t.after(sshd.stop);
  const { end } = passThrough(sshd);
  t.after(end);
  const client = createRouterClient(createRouter(engine));
  const tested = await client.site.testHost({ site: practiceName, host: 'app-01' });
  assert.deepEqual([tested.ok, tested.error?.code], [false, 'ssh-forwarding-refused']);
  const own = await client.site.testHost({ site: practiceName, host: 'jump-01' });
  assert.deepEqual([own.ok, own.error], [true, undefined]);
});
