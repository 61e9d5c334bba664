import { text, verbatim } from '../../../contract/text.ts';
import { dryRun, migrate, pendingMigrations } from '../../data/migrate.ts';
import { readMigrations } from '../../data/migration-files.ts';
import { type AppliedMigration, findDrift, readHistory } from '../../data/migration-history.ts';
import type { StepKind } from '../../plan/step.ts';
import { onDatabase } from './connection.ts';
import { clauses, type MigrationsInput } from './model.ts';

/** Brings the schema to the release's version. */
export const migrationsStep: StepKind<MigrationsInput> = {
  inspect: (context, { database }) =>
    onDatabase(context, text('data.doing.migrate', { database }), async (client) => {
      const pending = await pendingMigrations(client, readMigrations(context.release));
      return { satisfied: pending.length === 0, found: { pending: pending.map((migration) => migration.path) } };
    }),

  apply: (context, { database }) =>
    onDatabase(context, text('data.doing.migrate', { database }), async (client) => {
      const { signal, release, site } = context;
      const migrations = readMigrations(release);
      const sql = await dryRun(client, migrations);
      context.evidence(text('data.evidence.sql', { database }), 'application/sql', sql);
      const applied = await migrate(client, migrations, {
        appliedBy: site.operator === '' ? release.file.database.owner : site.operator,
        release: `${release.file.name} ${release.file.version}`,
        signal,
        before: ({ path }, done, total) =>
          context.progress(
            done,
            total,
            undefined,
            text('data.note.migration', { file: path, number: done + 1, total }),
          ),
        waiting: () => context.progress(0, 1, undefined, text('data.note.lock', { database })),
      });
      context.log('info', database, text('data.log.migrated', { count: applied.length, database }));
    }),

  verify: (context, { database }) =>
    onDatabase(context, text('data.doing.migrate', { database }), async (client) => {
      const started = performance.now();
      const migrations = readMigrations(context.release);
      const history = await readHistory(client);
      const drift = findDrift(history, migrations);
      const done = new Set(history.map((row) => row.version));
      const missing = migrations.filter((migration) => !done.has(migration.version));
      const evidence = context.evidence(
        text('data.evidence.schema', { database }),
        'text/plain',
        historyWords(history),
      );
      const newest = history.at(-1);
      context.finding({
        check: 'data.schema',
        subject: database,
        title: text('data.finding.schema'),
        category: 'data',
        clause: clauses.schema,
        qualification: 'IQ',
        mustPass: true,
        status: drift.length === 0 && missing.length === 0 ? 'passed' : 'failed',
        expected: text('data.expected.schema', { count: migrations.length }),
        actual: text('data.actual.schema', {
          count: history.length,
          newest: newest === undefined ? verbatim('-') : verbatim(fileOf(newest)),
          milliseconds: history.reduce((sum, row) => sum + row.durationMs, 0),
          drift: drift.length,
          missing: missing.length,
        }),
        evidence: [evidence],
        durationMs: performance.now() - started,
      });
    }),
};

function fileOf(row: AppliedMigration): string {
  return `${String(row.version).padStart(4, '0')}_${row.name}`;
}

/** The history as a table of tab-separated columns. */
function historyWords(history: readonly AppliedMigration[]): string {
  const lines = history.map((row) =>
    [fileOf(row), row.checksum, row.appliedAt, row.appliedBy, row.durationMs, row.release].join('\t'),
  );
  return [['migration', 'sha256', 'applied at', 'applied by', 'ms', 'release'].join('\t'), ...lines, ''].join('\n');
}
