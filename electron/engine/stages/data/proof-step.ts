import { SitewrightError } from '../../../contract/errors.ts';
import { type Text, text, verbatim } from '../../../contract/text.ts';
import type { History } from '../../bundle/release.ts';
import { type HistoryProof, proveHistory } from '../../data/history/prove-history.ts';
import type { StepContext, StepKind } from '../../plan/step.ts';
import { onDatabase } from './connection.ts';
import { historyOf, rejectEvidence } from './history-step.ts';
import { clauses, type HistoryInput } from './model.ts';
import { proofWords } from './proof-words.ts';

/** Proves one imported table against its file. */
export const proofStep: StepKind<HistoryInput> = {
  verify: async (context, input) => {
    const started = performance.now();
    const { history, identity } = historyOf(context, input);
    const what = text('data.doing.proof', { table: history.table });
    const proof = await onDatabase(context, what, (client) => proveHistory(client, history, identity, context.now()));
    if (proof === undefined) {
      throw new SitewrightError('import-proof-failed', {
        table: history.table,
        problem: text('data.history.unfinished'),
      });
    }
    const words = context.evidence(
      text('data.evidence.proof', { table: history.table }),
      'text/plain',
      proofWords(proof, context.now()),
    );
    const rejects = await rejectEvidence(context, history, identity, what);
    const durationMs = performance.now() - started;
    recordHistory(context, history, proof, rejects === undefined ? [words] : [words, rejects], durationMs);
    recordReferences(context, history, proof, [words]);
  },
};

function recordHistory(
  context: StepContext,
  history: History,
  proof: HistoryProof,
  evidence: string[],
  durationMs: number,
): void {
  const { table } = history;
  const { loadedRows, loadedSeconds } = proof.run;
  const wrong = proof.comparisons.filter((comparison) => comparison.expected !== comparison.found);
  const actual = text('data.actual.history', {
    rows: proof.storedRows,
    rejected: proof.rejected,
    seconds: loadedSeconds.toFixed(2),
    rate: Math.round(loadedRows / Math.max(loadedSeconds, 0.001)),
    doubles: proof.unique.doubles,
    compared: proof.comparisons.length,
    wrong: wrong.length,
    present: proof.foundRows,
    checksum: proof.checksum.slice(0, 16),
  });
  context.finding({
    check: 'data.history',
    subject: table,
    title: text('data.finding.history', { table }),
    category: 'data',
    clause: clauses.history,
    qualification: 'IQ',
    mustPass: true,
    status: proof.holds ? 'passed' : 'failed',
    expected: text('data.expected.history', { rows: proof.expectedRows, limit: history.rejectLimit }),
    actual,
    ...(proof.holds ? {} : { why: whyNot(proof) }),
    evidence,
    durationMs,
  });
}

function whyNot(proof: HistoryProof): Text {
  const wrong = proof.comparisons.find((comparison) => comparison.expected !== comparison.found);
  const lost =
    proof.provedAt === undefined ? proof.expectedRows !== proof.foundRows : proof.foundRows < proof.expectedRows;
  if (lost) {
    return text('data.why.rows', { expected: proof.expectedRows, found: proof.foundRows });
  }
  if (wrong !== undefined)
    return text('data.why.figure', {
      column: wrong.column,
      figure: wrong.figure,
      expected: wrong.expected,
      found: wrong.found,
    });
  return text('data.why.proof');
}

function recordReferences(context: StepContext, { table }: History, proof: HistoryProof, evidence: string[]): void {
  if (proof.references.length === 0) return;
  const orphans = proof.references.reduce((sum, reference) => sum + reference.orphans, 0);
  const names = proof.references.map((reference) => `${reference.column} -> ${reference.table}.${reference.target}`);
  context.finding({
    check: 'data.references',
    subject: table,
    title: text('data.finding.references', { table }),
    category: 'data',
    clause: clauses.history,
    qualification: 'IQ',
    mustPass: true,
    status: orphans === 0 ? 'passed' : 'failed',
    expected: text('data.expected.references', { references: verbatim(names.join(', ')) }),
    actual: text('data.actual.references', { orphans, rows: proof.foundRows }),
    evidence,
    durationMs: 0,
  });
}
