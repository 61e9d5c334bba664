import { SitewrightError } from '../../../contract/errors.ts';
import { text } from '../../../contract/text.ts';
import type { History } from '../../bundle/release.ts';
import { importHistory } from '../../data/history/import-history.ts';
import { isEmptied } from '../../data/history/import-start.ts';
import { hasImportTables, type ImportIdentity, readRejects, readRun } from '../../data/history/import-tables.ts';
import { asDatabaseError } from '../../drivers/postgres-driver.ts';
import type { StepContext, StepKind } from '../../plan/step.ts';
import { onDatabase } from './connection.ts';
import { clauses, type HistoryInput } from './model.ts';

/** The import that a step means. Error: release-invalid when the release lacks the file. */
export function historyOf(
  context: StepContext,
  { index }: HistoryInput,
): { history: History; identity: ImportIdentity } {
  const history = context.release.file.database.history[index] as History;
  const blob = context.release.blobs.get(history.file);
  if (blob === undefined)
    throw new SitewrightError('release-invalid', { file: history.file, problem: text('data.file-missing') });
  return { history, identity: { file: blob.digest, table: history.table } };
}

/** Loads one table of historical data. */
export const historyStep: StepKind<HistoryInput> = {
  inspect: (context, input) =>
    onDatabase(context, text('data.doing.import', { table: input.table }), async (client) => {
      const { identity } = historyOf(context, input);
      if (!(await hasImportTables(client))) return { satisfied: false };
      const run = await readRun(client, identity);
      if (run === undefined || !run.finished) return { satisfied: false };
      return { satisfied: !(await isEmptied(client, identity, run)) };
    }),

  apply: async (context, input) => {
    const { history, identity } = historyOf(context, input);
    const what = text('data.doing.import', { table: history.table });
    const { signal } = context;
    const { size } = context.release.blobs.get(history.file) ?? { size: 0 };
    let read = 0;
    try {
      const result = await importHistory({
        history,
        digest: identity.file,
        signal,
        open: () => {
          read = 0;
          const source = context.bundle.open(identity.file, { signal });
          return source.on('data', (chunk: Buffer) => {
            read += chunk.length;
          });
        },
        connect: () => context.drivers.postgres.connect({ as: 'owner' }, { signal }),
        progress: (rows, bytes) => {
          const note = text('data.note.import', { table: history.table, rows, megabytes: (bytes / 1e6).toFixed(1) });
          if (history.rows === undefined) context.progress(read, Math.max(size, read), 'bytes', note);
          else context.progress(rows, Math.max(history.rows, rows), 'rows', note);
        },
      });
      const { loadedNow, seconds, rejected } = result;
      const rate = Math.round(loadedNow / Math.max(seconds, 0.001));
      context.log(
        'info',
        history.table,
        text('data.log.imported', { rows: loadedNow, seconds: seconds.toFixed(2), rate, rejected }),
      );
    } catch (error) {
      const known = asDatabaseError(error, context.site, what, signal);
      if (known.code === 'import-rejected') await recordRejects(context, input, known);
      throw known;
    }
  },

  verify: async (context, input) => {
    const { identity } = historyOf(context, input);
    const run = await onDatabase(context, text('data.doing.import', { table: input.table }), (client) =>
      readRun(client, identity),
    );
    if (run?.finished === true) return;
    throw new SitewrightError('import-proof-failed', { table: input.table, problem: text('data.history.unfinished') });
  },
};

/** The list of refused rows as evidence, and the verdict that stops the walk. */
async function recordRejects(context: StepContext, input: HistoryInput, error: SitewrightError): Promise<void> {
  const { history, identity } = historyOf(context, input);
  const what = text('data.doing.import', { table: history.table });
  const id = await rejectEvidence(context, history, identity, what);
  context.finding({
    check: 'data.history',
    subject: history.table,
    title: text('data.finding.history', { table: history.table }),
    category: 'data',
    clause: clauses.history,
    qualification: 'IQ',
    mustPass: true,
    status: 'failed',
    expected: text('data.expected.rejects', { limit: history.rejectLimit }),
    actual: text('data.actual.rejects', { rejected: error.params.rejected ?? 0, rows: error.params.rows ?? 0 }),
    evidence: id === undefined ? [] : [id],
    durationMs: 0,
  });
}

/** Stores the reject list (line, reason, row as it stands in the file) and returns its id; undefined when no row was refused. */
export async function rejectEvidence(
  context: StepContext,
  history: History,
  identity: ImportIdentity,
  what: ReturnType<typeof text>,
): Promise<string | undefined> {
  const rejects = await onDatabase(context, what, (client) => readRejects(client, identity));
  if (rejects.length === 0) return undefined;
  const cell = (words: string) => `"${words.replaceAll('"', '""')}"`;
  const lines = rejects.map(({ line, reason, raw }) => [line, cell(reason), cell(raw)].join(','));
  const title = text('data.evidence.rejects', { table: history.table, count: rejects.length });
  return context.evidence(title, 'text/csv', ['line,reason,row', ...lines, ''].join('\r\n'));
}
