/**
 * Runs a Node program in this process's own network namespace: loopback, and a default route and a name server behind a wire
 * whose other end nobody reads. Every packet on that wire is written down. Prints an `AloneRun` as JSON.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { AloneRun } from './alone.ts';

const gateway = '192.0.2.1';
const nameServer = '192.0.2.53';
const peer = '02:00:00:00:00:01';

const ip = (...args: readonly string[]) => execFileSync('ip', args, { stdio: 'pipe' });

function layWire(): void {
  ip('link', 'set', 'lo', 'up');
  ip('link', 'add', 'out', 'type', 'veth', 'peer', 'name', 'sink', 'address', peer);
  for (const name of ['out', 'sink']) {
    // The kernel's own announcements of a new link are nobody's try to leave.
    ip('link', 'set', name, 'addrgenmode', 'none');
    ip('link', 'set', name, 'up');
  }
  ip('addr', 'add', '192.0.2.2/24', 'dev', 'out');
  ip('-6', 'addr', 'add', '2001:db8::2/64', 'dev', 'out', 'nodad');
  for (const address of [gateway, nameServer, '2001:db8::1'])
    ip('neigh', 'replace', address, 'lladdr', peer, 'dev', 'out', 'nud', 'permanent');
  ip('route', 'add', 'default', 'via', gateway);
  ip('-6', 'route', 'add', 'default', 'via', '2001:db8::1');
}

/** Names are asked of a server behind the wire, as on a machine with internet. */
function setNameServer(folder: string): void {
  const file = join(folder, 'resolv.conf');
  writeFileSync(file, `nameserver ${nameServer}\noptions timeout:1 attempts:1\n`);
  execFileSync('mount', ['--make-rprivate', '/'], { stdio: 'pipe' });
  execFileSync('mount', ['--bind', file, realpathSync('/etc/resolv.conf')], { stdio: 'pipe' });
}

/** The wire's packets as they go, one line each. */
async function watchWire(packets: string[]): Promise<ChildProcess> {
  const program = process.env.SITEWRIGHT_TCPDUMP ?? 'tcpdump';
  // All but the kernel's own talk with the link: neighbours and groups of IPv6.
  const wanted = 'ip or (ip6 and (tcp or udp))';
  // Debian's would change to an account that only its installed package makes.
  const options = ['-Z', 'root', '-i', 'out', '-nn', '-l', '--immediate-mode', '-Q', 'out'];
  const watcher = spawn(program, [...options, wanted], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LD_LIBRARY_PATH: process.env.SITEWRIGHT_TCPDUMP_LIBRARIES ?? '' },
  });
  createInterface({ input: watcher.stdout }).on('line', (line) => packets.push(line));
  const said: string[] = [];
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: watcher.stderr }).on('line', (line) => {
      said.push(line);
      if (line.includes('listening on')) resolve();
    });
    watcher.once('exit', () => reject(new Error(`tcpdump ended: ${said.join(' ')}`)));
    watcher.once('error', reject);
  });
  return watcher;
}

/** Sends a datagram out and waits until it was seen: what was sent before it was seen too, and the watching works. */
async function mark(port: number, packets: readonly string[]): Promise<number> {
  const socket = createSocket('udp4');
  const seen = () => packets.findIndex((line) => line.includes(`> 198.51.100.1.${port}:`));
  for (let tries = 0; seen() < 0; tries += 1) {
    if (tries > 100) throw new Error('a packet that left on purpose was not seen');
    socket.send('mark', port, '198.51.100.1');
    await pause(100);
  }
  socket.close();
  return seen();
}

const folder = mkdtempSync(join(tmpdir(), 'sitewright-alone-'));
const packets: string[] = [];
layWire();
setNameServer(folder);
const watcher = await watchWire(packets);
try {
  await mark(1, packets);
  const child = spawn(process.execPath, process.argv.slice(2), { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr] as readonly Readable[])
    stream.setEncoding('utf8').on('data', (words: string) => {
      said += words;
    });
  const [status] = (await once(child, 'close')) as [number | null];
  await mark(2, packets);
  const left = packets.filter((line) => !/> 198\.51\.100\.1\.[12]:/.test(line));
  const result: AloneRun = { status: status ?? 1, said, left };
  process.stdout.write(JSON.stringify(result));
} finally {
  watcher.kill();
  rmSync(folder, { recursive: true, force: true });
}
