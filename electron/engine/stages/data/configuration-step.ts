import { text } from '../../../contract/text.ts';
import { applyConfiguration } from '../../data/configuration-apply.ts';
import { type ConfigurationDiff, diffConfiguration } from '../../data/configuration-diff.ts';
import { type ConfigurationFile, passwordEntries, readConfiguration } from '../../data/configuration-file.ts';
import type { Json, StepContext, StepKind } from '../../plan/step.ts';
import { onDatabase } from './connection.ts';
import { type ConfigurationInput, clauses } from './model.ts';

/** Inserts and updates one file of configuration data. */
export const configurationStep: StepKind<ConfigurationInput> = {
  inspect: (context, { path, table }) =>
    onDatabase(context, text('data.doing.configuration', { table }), async (client) => {
      const diff = await diffConfiguration(client, readConfiguration(context.release, path));
      context.log('info', table, text('data.log.diff', { table, ...counts(diff) }));
      return { satisfied: diff.insert.length + diff.update.length === 0, found: diff as Json };
    }),

  apply: (context, { path, table }) =>
    onDatabase(context, text('data.doing.configuration', { table }), async (client) => {
      const file = readConfiguration(context.release, path);
      const diff = await applyConfiguration(client, file, context.vault);
      context.evidence(text('data.evidence.configuration', { table }), 'text/plain', diffWords(file, diff));
      context.log('info', table, text('data.log.configured', { table, ...counts(diff) }));
      // Kept for the verdict: what this step wrote, also when it was interrupted right after.
      context.saveCheckpoint(counts(diff));
    }),

  verify: (context, { path, table }) =>
    onDatabase(context, text('data.doing.configuration', { table }), async (client) => {
      const started = performance.now();
      const file = readConfiguration(context.release, path);
      const diff = await diffConfiguration(client, file);
      const left = diff.insert.length + diff.update.length;
      const written = writtenCounts(context.checkpoint());
      context.finding({
        check: 'data.configuration',
        subject: table,
        title: text('data.finding.configuration', { table }),
        category: 'data',
        clause: clauses.configuration,
        qualification: 'IQ',
        mustPass: true,
        status: left === 0 ? 'passed' : 'failed',
        expected: text('data.expected.configuration', { rows: file.rows.length }),
        actual: text('data.actual.configuration', { rows: diff.unchanged, differ: left, ...written }),
        evidence: [],
        durationMs: performance.now() - started,
      });
      recordPasswords(context, file);
    }),
};

/** Says how many initial passwords there are and where, never one of them. */
function recordPasswords(context: StepContext, file: ConfigurationFile): void {
  const entries = passwordEntries(file);
  if (entries.length === 0) return;
  const kept = entries.filter((entry) => context.vault.has(entry));
  context.finding({
    check: 'data.initial-passwords',
    subject: file.table,
    title: text('data.finding.passwords'),
    category: 'data',
    clause: clauses.configuration,
    qualification: 'IQ',
    mustPass: false,
    // An account that was there before has a password that only its owner knows.
    status: kept.length === entries.length ? 'passed' : 'warning',
    expected: text('data.expected.passwords', { count: entries.length }),
    actual: text('data.actual.passwords', { count: kept.length, entries: kept.join(', ') }),
    fix: { text: text('data.fix.passwords') },
    evidence: [],
    durationMs: 0,
  });
}

function counts(diff: ConfigurationDiff): { insert: number; update: number; unchanged: number } {
  return { insert: diff.insert.length, update: diff.update.length, unchanged: diff.unchanged };
}

function writtenCounts(checkpoint: Json | undefined): { insert: number; update: number } {
  const known = checkpoint as { readonly insert?: number; readonly update?: number } | null | undefined;
  return { insert: known?.insert ?? 0, update: known?.update ?? 0 };
}

/** Which rows were inserted, and which columns of which rows were updated; keys only, no values. */
function diffWords(file: ConfigurationFile, diff: ConfigurationDiff): string {
  const key = (row: number) =>
    JSON.stringify(Object.fromEntries(file.key.map((name) => [name, file.rows[row - 1]?.[name]])));
  return [
    `${file.path} -> ${file.table} (${file.key.join(', ')})`,
    ...diff.insert.map((row) => `+ ${key(row)}`),
    ...diff.update.map(({ row, columns }) => `~ ${key(row)} ${columns.join(', ')}`),
    `= ${diff.unchanged}`,
    '',
  ].join('\n');
}
