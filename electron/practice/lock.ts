import { randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { loopback } from './settings.ts';

type Lock = { readonly id: string; readonly port: number; readonly pid: number };

/** How long a process that is just ending may still hold its folder, ms. */
const patienceMs = 4000;

/**
 * Makes this process the only one that works in the folder, until it ends. The lock is a loopback port that answers
 * with the lock's own id: unlike a process number it cannot be taken over by something else after a kill.
 * Errors: the folder is in use.
 */
export async function lockFolder(folder: string): Promise<void> {
  const file = join(folder, 'practice.lock');
  const id = randomUUID();
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(id);
  });
  server.unref();
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: 0, host: loopback }, () => resolve((server.address() as AddressInfo).port));
  });
  const own: Lock = { id, port, pid: process.pid };
  for (const end = Date.now() + patienceMs; ; await wait(50)) {
    try {
      await writeFile(file, JSON.stringify(own), { flag: 'wx', mode: 0o600 });
      // Another process that found the same stale lock may just have removed this new one.
      await wait(20);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const held = await readFile(file, 'utf8').then(
      (content) => JSON.parse(content) as Lock,
      () => undefined,
    );
    if (held?.id === id) return;
    if (held === undefined || !(await isHeld(held))) {
      await rm(file, { force: true });
    } else if (Date.now() > end) {
      server.close();
      throw new Error(`the folder is in use by another practice site (process ${held.pid})`);
    }
  }
}

function isHeld(lock: Lock): Promise<boolean> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(lock.port, loopback);
    socket.setTimeout(1000, () => socket.destroy());
    socket.on('data', (data) => {
      answer += data.toString('latin1').slice(0, 100);
    });
    socket.on('error', () => undefined);
    socket.once('close', () => resolve(answer === lock.id));
  });
}
