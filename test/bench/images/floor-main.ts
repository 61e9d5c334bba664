// The least that a push in Node does: reads the parts of a bundle, takes the SHA-256 of every byte, writes it to a socket. Nothing else.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { open, readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';

const [folder, port] = process.argv.slice(2) as [string, string];
const socket = connect(Number(port), '127.0.0.1');
await once(socket, 'connect');
const memory = Array.from({ length: 4 }, () => Buffer.allocUnsafeSlow(512 * 1024));
for (const name of (await readdir(folder)).filter((name) => name.endsWith('.swb'))) {
  const handle = await open(join(folder, name));
  const hash = createHash('sha256');
  for (let turn = 0; ; turn += 1) {
    const { bytesRead, buffer } = await handle.read(memory[turn % memory.length]!, 0, memory[0]!.length);
    if (bytesRead === 0) break;
    const piece = buffer.subarray(0, bytesRead);
    hash.update(piece);
    await new Promise<void>((sent) => socket.write(piece, () => sent()));
  }
  await handle.close();
}
socket.end();
