import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { measure } from './measure.ts';
import type { Workload } from './workload.ts';

const program = fileURLToPath(new URL('./floor-main.ts', import.meta.url));

/** CPU in seconds per GB that Node needs for the bytes alone: no registry, no protocol, no bookkeeping. */
export async function cpuFloor({ first, bytes }: Workload): Promise<number> {
  const sink = createServer((socket) => socket.on('error', () => undefined).resume());
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
  const { port } = sink.address() as { port: number };
  try {
    const { cpuSeconds } = await measure({ lines: `"${process.execPath}" "${program}" "${first.bundle}" ${port}` });
    return cpuSeconds / (bytes / 1e9);
  } finally {
    sink.close();
  }
}
