import { locales, say, type Text, text, verbatim } from '../../../contract/text.ts';
import type { Established } from '../../data/history/proof.ts';
import type { HistoryProof } from '../../data/history/prove-history.ts';

/** The proof of one table as a text for the acceptance record: first in Chinese, then in English. */
export function proofWords(proof: HistoryProof, now: Date): string {
  return (
    locales
      .map((locale) =>
        proofLines(proof, now)
          .map((words) => say(locale, words))
          .join('\n'),
      )
      .join('\n\n') + `\n\n${batchLines(proof)}`
  );
}

function proofLines(proof: HistoryProof, now: Date): readonly Text[] {
  const { run, table } = proof;
  const rate = Math.round(run.loadedRows / Math.max(run.loadedSeconds, 0.001));
  const lines: Text[] = [
    text('data.proof.title', { table, at: now.toISOString() }),
    text('data.proof.rows', {
      file: proof.fileRows ?? proof.storedRows + proof.rejected,
      stored: proof.storedRows,
      rejected: proof.rejected,
      before: run.baseline.rows,
      expected: proof.expectedRows,
      found: proof.foundRows,
    }),
    text('data.proof.speed', { rows: run.loadedRows, seconds: run.loadedSeconds.toFixed(2), rate }),
  ];
  if (proof.provedAt !== undefined) lines.push(text('data.proof.earlier', { at: proof.provedAt }));
  for (const { column, figure, expected, found } of proof.comparisons) {
    const sign = expected === found ? '=' : '≠';
    lines.push(text('data.proof.figure', { column, figure: text(`data.figure.${figure}`), expected, sign, found }));
  }
  lines.push(text('data.proof.unique', { doubles: proof.unique.doubles, how: how(proof.unique.established) }));
  for (const { column, table: other, target, orphans, established } of proof.references) {
    lines.push(text('data.proof.reference', { column, other, target, orphans, how: how(established) }));
  }
  lines.push(text('data.proof.checksum', { batches: proof.checkpoints.length, checksum: proof.checksum }));
  lines.push(text(proof.holds ? 'data.proof.holds' : 'data.proof.fails'));
  return lines;
}

function how(established: Established): Text {
  return established.by === 'query'
    ? text('data.proof.by-query')
    : text('data.proof.by-constraint', { name: verbatim(established.name) });
}

/** One line for each batch: its rows, its lines in the file, its checksum. */
function batchLines(proof: HistoryProof): string {
  const lines = proof.checkpoints.map(({ batch, rows, rejected, firstLine, lastLine, sha256 }) =>
    [batch + 1, rows, rejected, `${firstLine}-${lastLine}`, sha256].join('\t'),
  );
  return [['batch', 'rows', 'rejected', 'lines', 'sha256'].join('\t'), ...lines, ''].join('\n');
}
