import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * A TCP port of 127.0.0.1 that is free now: the wanted one, else a random one below the ranges from which systems take the local ends
 * of outgoing connections, and below the node ports of the practice cluster, so that it is still free when a service starts there.
 */
export async function freePort(wanted?: number, taken: ReadonlySet<number> = new Set()): Promise<number> {
  if (wanted !== undefined && !taken.has(wanted) && (await isFree(wanted))) return wanted;
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const port = randomInt(18_000, 30_000);
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new Error('no free port was found on this machine');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
