import Database from 'better-sqlite3';

export type SiteDatabase = Database.Database;

/** Schema changes in their order; the position in the list is the version. Never edit one that was released. */
const migrations: readonly string[] = [
  `CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

   CREATE TABLE run (
     id TEXT PRIMARY KEY, started_at TEXT NOT NULL, finished_at TEXT, state TEXT NOT NULL,
     plan_digest TEXT NOT NULL, plan TEXT NOT NULL, operator TEXT NOT NULL, active_ms INTEGER NOT NULL DEFAULT 0, error TEXT
   ) STRICT;

   CREATE TABLE step (
     run TEXT NOT NULL REFERENCES run(id), id TEXT NOT NULL, state TEXT NOT NULL, already INTEGER NOT NULL DEFAULT 0,
     attempts INTEGER NOT NULL DEFAULT 0, checkpoint TEXT, error TEXT, started_at TEXT, finished_at TEXT,
     PRIMARY KEY (run, id)
   ) STRICT, WITHOUT ROWID;

   CREATE TABLE finding (
     run TEXT NOT NULL REFERENCES run(id), check_id TEXT NOT NULL, subject TEXT NOT NULL, stage TEXT NOT NULL,
     step TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (run, step, check_id, subject)
   ) STRICT;

   CREATE TABLE fact (
     subject TEXT NOT NULL, name TEXT NOT NULL, at TEXT NOT NULL, sha256 TEXT NOT NULL, value TEXT NOT NULL,
     PRIMARY KEY (subject, name)
   ) STRICT, WITHOUT ROWID;

   CREATE TABLE evidence (
     number INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, title TEXT NOT NULL, media_type TEXT NOT NULL,
     bytes INTEGER NOT NULL, run TEXT NOT NULL, step TEXT NOT NULL, at TEXT NOT NULL
   ) STRICT;

   CREATE TABLE waiver (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;

   CREATE TABLE host_key (address TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, at TEXT NOT NULL) STRICT, WITHOUT ROWID;

   CREATE TABLE audit (
     seq INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL,
     previous TEXT NOT NULL, hash TEXT NOT NULL
   ) STRICT;

   CREATE TABLE audit_head (
     one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, hash TEXT NOT NULL, signature TEXT NOT NULL
   ) STRICT;`,

  `ALTER TABLE run ADD COLUMN progress REAL NOT NULL DEFAULT 0;`,

  `ALTER TABLE run ADD COLUMN abandoned_at TEXT;`,
];

/**
 * Opens a site's database and brings its schema up to date. Every commit is durable before it returns
 * (WAL, synchronous FULL): a row that was written survives a kill and a power cut.
 */
export function openDatabase(file: string): SiteDatabase {
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  database.pragma('busy_timeout = 5000');
  const migrate = database.transaction(() => {
    const version = database.pragma('user_version', { simple: true }) as number;
    for (const migration of migrations.slice(version)) database.exec(migration);
    database.pragma(`user_version = ${migrations.length}`);
  });
  migrate.immediate();
  return database;
}
