import { type Waiver, waiverSchema } from '../../contract/site.ts';
import { openDatabase, type SiteDatabase } from './database.ts';
import { createFindings, type Findings } from './findings.ts';
import { createRuns, type Runs } from './runs.ts';

/** Everything of a site that lies in its database, but the audit journal and the evidence index, which guard themselves. */
export type Store = {
  readonly database: SiteDatabase;
  readonly runs: Runs;
  readonly findings: Findings;
  readonly meta: { get: (name: string) => string | undefined; set: (name: string, value: string) => void };
  readonly waivers: { list: () => readonly Waiver[]; put: (waiver: Waiver) => void; remove: (id: string) => boolean };
  /** Host keys pinned at first sight, by `address:port`. */
  readonly hostKeys: {
    pinned: (address: string) => string | undefined;
    pin: (address: string, fingerprint: string) => void;
  };
  /** All or nothing, durable when it returns. */
  readonly transaction: <T>(work: () => T) => T;
  readonly close: () => void;
};

export function openStore(file: string, now: () => Date): Store {
  const database = openDatabase(file);
  const meta = database.prepare('SELECT value FROM meta WHERE name = ?').pluck();
  const setMeta = database.prepare(
    'INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  const waivers = database.prepare('SELECT body FROM waiver ORDER BY id').pluck();
  const putWaiver = database.prepare(
    'INSERT INTO waiver VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body',
  );
  const removeWaiver = database.prepare('DELETE FROM waiver WHERE id = ?');
  const pinned = database.prepare('SELECT fingerprint FROM host_key WHERE address = ?').pluck();
  const pin = database.prepare(
    `INSERT INTO host_key VALUES (?, ?, ?)
     ON CONFLICT (address) DO UPDATE SET fingerprint = excluded.fingerprint, at = excluded.at`,
  );
  return {
    database,
    runs: createRuns(database),
    findings: createFindings(database),
    meta: {
      get: (name) => meta.get(name) as string | undefined,
      set: (name, value) => void setMeta.run(name, value),
    },
    waivers: {
      list: () => (waivers.all() as string[]).map((body) => waiverSchema.parse(JSON.parse(body))),
      put: (waiver) => void putWaiver.run(waiver.id, JSON.stringify(waiver)),
      remove: (id) => removeWaiver.run(id).changes > 0,
    },
    hostKeys: {
      pinned: (address) => pinned.get(address) as string | undefined,
      pin: (address, fingerprint) => void pin.run(address, fingerprint, now().toISOString()),
    },
    transaction: (work) => database.transaction(work).immediate(),
    close: () => database.close(),
  };
}
