// Loads the same rows by psql's \copy and by the engine, into the same server, and prints the ratio.
// Run: node test/bench/import.ts [rows] [rounds]   (psql is looked for on the PATH)
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { importHistory } from '../../electron/engine/data/history/import-history.ts';
import { proveHistory } from '../../electron/engine/data/history/prove-history.ts';
import { startPostgres, type TestPostgres } from '../kit/postgres.ts';

const rows = Number(process.argv[2] ?? 2_000_000);
const rounds = Number(process.argv[3] ?? 3);
const columns = ['meter_id', 'at', 'kwh', 'voltage', 'note'];
const table =
  'create table readings (meter_id integer not null, at timestamptz not null, kwh numeric(12, 3) not null, voltage numeric(8, 2), note text, primary key (meter_id, at))';

function* lines(): Generator<string> {
  yield `${columns.join(',')}\n`;
  const perMeter = Math.ceil(rows / 50);
  for (let row = 0; row < rows; row++) {
    const meter = Math.floor(row / perMeter) + 1;
    const at = new Date(Date.UTC(2020, 0, 1) + (row % perMeter) * 900_000).toISOString();
    yield `${meter},${at},${(row * 7919) % 100_000}.${row % 1000},${220 + (row % 17)}.${row % 100},reading of meter ${meter} by the collector line ${row}\n`;
  }
}

async function psql(server: TestPostgres, database: string, file: string): Promise<number> {
  const started = performance.now();
  const args = [
    '-h',
    '127.0.0.1',
    '-p',
    String(server.port),
    '-U',
    database,
    '-d',
    database,
    '-q',
    '-v',
    'ON_ERROR_STOP=1',
  ];
  const run = spawn('psql', [...args, '-c', `\\copy readings from '${file}' with (format csv, header true)`], {
    stdio: 'inherit',
    env: { ...process.env, PGPASSWORD: server.password },
  });
  const [code] = await once(run, 'exit');
  if (code !== 0) throw new Error(`psql ended with ${code}`);
  return (performance.now() - started) / 1000;
}

async function engine(server: TestPostgres, database: string, file: string): Promise<{ load: number; proof: number }> {
  const started = performance.now();
  const history = { table: 'readings', columns, key: ['meter_id', 'at'], file, rows, rejectLimit: 0, references: [] };
  const identity = { file: 'sha256:bench', table: 'readings' };
  await importHistory({
    history,
    digest: identity.file,
    open: () => createReadStream(file, { highWaterMark: 256 * 1024 }),
    connect: () => server.connect(database, database),
    signal: new AbortController().signal,
  });
  const loaded = performance.now();
  const client = await server.connect(database, database);
  const proof = await proveHistory(client, history, identity, new Date());
  await client.end();
  if (proof?.holds !== true) throw new Error('the proof does not hold');
  return { load: (loaded - started) / 1000, proof: (performance.now() - loaded) / 1000 };
}

const folder = await mkdtemp(join(tmpdir(), 'sitewright-bench-'));
const plain = join(folder, 'readings.csv');
const packed = join(folder, 'readings.csv.gz');
await pipeline(Readable.from(lines()), createWriteStream(plain));
await pipeline(createReadStream(plain), createGzip({ level: 6 }), createWriteStream(packed));
console.log(
  `${rows} rows, ${((await stat(plain)).size / 1e6).toFixed(0)} MB, packed ${((await stat(packed)).size / 1e6).toFixed(0)} MB`,
);
const hasPsql = spawnSync('psql', ['--version'], { stdio: 'ignore' }).status === 0;
const server = await startPostgres({ settings: { shared_buffers: '256MB' } });
try {
  const best = { psql: Number.POSITIVE_INFINITY, load: Number.POSITIVE_INFINITY, proof: 0 };
  for (let round = 1; round <= rounds; round++) {
    const fresh = async (name: string) => {
      await server.makeDatabase(name);
      const client = await server.connect(name, name);
      await client.query(table);
      await client.end();
      return name;
    };
    if (hasPsql) best.psql = Math.min(best.psql, await psql(server, await fresh(`psql${round}`), plain));
    const { load, proof } = await engine(server, await fresh(`engine${round}`), packed);
    if (load < best.load) Object.assign(best, { load, proof });
  }
  const memory = (process.resourceUsage().maxRSS / 1024).toFixed(0);
  console.log(
    `engine: ${best.load.toFixed(2)} s (${Math.round(rows / best.load)} rows/s), proof ${best.proof.toFixed(2)} s, memory at most ${memory} MB`,
  );
  if (hasPsql) {
    console.log(
      `psql \\copy: ${best.psql.toFixed(2)} s; ratio ${(best.load / best.psql).toFixed(2)}, with proof ${((best.load + best.proof) / best.psql).toFixed(2)}`,
    );
  } else console.log('psql is not on this machine: no comparison');
} finally {
  await server.close();
  await rm(folder, { recursive: true, force: true });
}
