// `npm run bench`: the whole walk of the practice site, cold each time. Prints wall time, CPU time and peak memory of the
// engine's process (the command line with the engine in it) and of everything together; the median of the runs counts.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { engineProcess } from '../../build/engine-process.ts';
import { removePractice } from '../../electron/practice/launch.ts';
import { median } from './figures.ts';

const runs = Number(process.argv[2] ?? 3);
const command = fileURLToPath(new URL('../../electron/cli/main.ts', import.meta.url));
const goals = { wallSeconds: 60, enginePeakMiB: 250 };

type Run = {
  readonly wallSeconds: number;
  readonly engineCpuSeconds: number;
  readonly totalCpuSeconds: number;
  readonly enginePeakMiB: number;
  readonly stages: Readonly<Record<string, number>>;
};

/** Peak memory and CPU ticks of the processes of one family, read while they live; Linux shows them as files. */
function watchFamily(root: number): () => { enginePeakMiB: number; engineTicks: number; totalTicks: number } {
  const ticks = new Map<number, number>();
  let peak = 0;
  const look = () => {
    const parents = new Map<number, number>();
    const own = new Map<number, number>();
    for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
      try {
        const fields = readFileSync(`/proc/${name}/stat`, 'utf8')
          .replace(/^.*\) /, '')
          .split(' ');
        parents.set(Number(name), Number(fields[1]));
        own.set(Number(name), Number(fields[11]) + Number(fields[12]));
      } catch {
        // Ended between the listing and the reading.
      }
    }
    const isFamily = (id: number): boolean => id === root || (parents.has(id) && id > 1 && isFamily(parents.get(id)!));
    for (const [id, used] of own) if (isFamily(id)) ticks.set(id, used);
    try {
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${root}/status`, 'utf8'))?.[1] ?? 0));
    } catch {
      // The engine has ended.
    }
  };
  const timer = setInterval(look, 100);
  return () => {
    clearInterval(timer);
    return {
      enginePeakMiB: peak / 1024,
      engineTicks: ticks.get(root) ?? 0,
      totalTicks: [...ticks.values()].reduce((sum, used) => sum + used, 0),
    };
  };
}

async function once(): Promise<Run> {
  const home = mkdtempSync(join(tmpdir(), 'sitewright-bench-'));
  const started = performance.now();
  const child = spawn(
    process.execPath,
    [...engineProcess.flags, command, '--json', 'start', '--unattended', '--data', home],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...engineProcess.environment, ...process.env },
    },
  );
  const finish =
    process.platform === 'linux'
      ? watchFamily(child.pid!)
      : () => ({ enginePeakMiB: Number.NaN, engineTicks: Number.NaN, totalTicks: Number.NaN });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8');
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const wallSeconds = (performance.now() - started) / 1000;
  const { enginePeakMiB, engineTicks, totalTicks } = finish();
  await removePractice(join(home, 'practice'));
  rmSync(home, { recursive: true, force: true });
  if (code !== 0) throw new Error(`the walk ended with code ${code}`);
  const { walk } = JSON.parse(output) as { walk: { stages: { id: string; startedAt: string; finishedAt: string }[] } };
  const stages = Object.fromEntries(
    walk.stages.map((stage) => [stage.id, (Date.parse(stage.finishedAt) - Date.parse(stage.startedAt)) / 1000]),
  );
  return { wallSeconds, engineCpuSeconds: engineTicks / 100, totalCpuSeconds: totalTicks / 100, enginePeakMiB, stages };
}

const results: Run[] = [];
for (let run = 1; run <= runs; run += 1) {
  const result = await once();
  results.push(result);
  process.stdout.write(
    `run ${run}: ${result.wallSeconds.toFixed(1)} s wall, engine ${result.engineCpuSeconds.toFixed(1)} s CPU and ${result.enginePeakMiB.toFixed(0)} MiB\n`,
  );
}
const figure = (of: (run: Run) => number) => median(results.map(of));
const rows: readonly (readonly [string, number, string, number | undefined])[] = [
  ['wall time, command to report', figure((run) => run.wallSeconds), 's', goals.wallSeconds],
  ['engine process, CPU', figure((run) => run.engineCpuSeconds), 's', undefined],
  ['all processes, CPU', figure((run) => run.totalCpuSeconds), 's', undefined],
  ['engine process, peak memory', figure((run) => run.enginePeakMiB), 'MiB', goals.enginePeakMiB],
  ...Object.keys(results[0]!.stages).map(
    (stage) => [`stage ${stage}`, figure((run) => run.stages[stage]!), 's', undefined] as const,
  ),
];
process.stdout.write(
  `\nmedian of ${runs} cold walks on ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}, Node ${process.version}\n`,
);
for (const [name, value, unit, goal] of rows) {
  const verdict = goal === undefined ? '' : `  goal ${goal} ${unit}: ${value <= goal ? 'met' : 'NOT met'}`;
  process.stdout.write(`${name.padEnd(32)} ${value.toFixed(1).padStart(8)} ${unit}${verdict}\n`);
}
