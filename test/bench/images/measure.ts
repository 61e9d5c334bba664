import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What one command took: wall and CPU in seconds, memory at its peak (largest process) in MiB. */
export type Measured = {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMiB: number;
};

/** A shell script, with the environment that it needs on top of this one's. */
export type Script = { readonly lines: string; readonly environment?: Readonly<Record<string, string>> };

/** Runs a script to its end. Throws what it said where it fails. `running` gets the means to kill all of it. */
export function measure(script: Script, running?: (kill: () => void) => void): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    // bash's own `time` counts every process that it waited for.
    const child = spawn('bash', ['-c', `TIMEFORMAT='cpu %U %S'; time { set -e; ${script.lines}\n}`], {
      env: { ...process.env, ...script.environment },
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const peaks = new Map<number, number>();
    const watch = setInterval(() => watchMemory(child.pid!, peaks), 20);
    running?.(() => {
      // The whole group, which is this script's own.
      process.kill(-child.pid!, 'SIGKILL');
    });
    child.once('close', (code) => {
      clearInterval(watch);
      const seconds = (performance.now() - started) / 1000;
      const [, user, system] = /cpu ([\d.]+) ([\d.]+)\s*$/.exec(said) ?? [];
      if (code !== 0) return reject(new Error(`${script.lines}\nended with ${code}: ${said.slice(-2000)}`));
      resolve({ seconds, cpuSeconds: Number(user) + Number(system), peakMiB: Math.max(0, ...peaks.values()) });
    });
  });
}

/** The peak that the kernel keeps for each process below a shell. */
function watchMemory(shell: number, peaks: Map<number, number>): void {
  for (const child of childrenOf(shell)) {
    try {
      const [, kib] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child}/status`, 'utf8')) ?? [];
      if (kib !== undefined) peaks.set(child, Number(kib) / 1024);
    } catch {
      // It has ended meanwhile.
    }
    watchMemory(child, peaks);
  }
}

function childrenOf(process: number): readonly number[] {
  try {
    const words = readFileSync(`/proc/${process}/task/${process}/children`, 'utf8').trim();
    return words === '' ? [] : words.split(' ').map(Number);
  } catch {
    return [];
  }
}
