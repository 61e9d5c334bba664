// Runs one import until it is done or killed. Arguments: port, database, password, file.
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import pg from 'pg';
import { importHistory } from '../../../electron/engine/data/history/import-history.ts';
import { digestOf } from './fixture.ts';

const [port, database, password, file] = process.argv.slice(2) as [string, string, string, string];
const content = readFileSync(file);
await importHistory({
  history: {
    table: 'readings',
    columns: ['meter_id', 'at', 'kwh'],
    key: ['meter_id', 'at'],
    file,
    rejectLimit: 10,
    references: [],
  },
  digest: digestOf(content),
  open: () => Readable.from([content]),
  connect: async () => {
    const client = new pg.Client({ host: '127.0.0.1', port: Number(port), user: database, password, database });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  },
  signal: new AbortController().signal,
  progress: (rows) => process.send?.(rows),
  batchBytes: 32_768,
});
process.disconnect?.();
