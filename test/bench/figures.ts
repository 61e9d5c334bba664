import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** What a figure is held to, and what was found. */
export type Goal = { readonly what: string; readonly goal: string; readonly found: string; readonly met: boolean };

/** A Markdown table of goals. */
export function goalTable(goals: readonly Goal[]): string {
  const rows = goals.map(({ what, goal, found, met }) => `| ${what} | ${goal} | ${found} | ${met ? '✓' : '✗'} |`);
  return ['| what | goal | measured | |', '|---|---|---|---|', ...rows].join('\n');
}

/** `1 round`, `3 rounds`. */
export const roundsOf = (rounds: number): string => `${rounds} ${rounds === 1 ? 'round' : 'rounds'}`;

/** Puts a subject's section into docs/benchmarks.md, which keeps everything else. */
export function writeSection(subject: string, content: string): void {
  writeBetween(fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url)), subject, content);
}

/** When and where it was measured, e.g. `2 cores, 2026-11-26`. */
export function setting(): string {
  return `${cpus().length} cores, ${new Date().toISOString().slice(0, 10)}`;
}

/** A text between two marks of a Markdown file. */
function writeBetween(file: string, mark: string, content: string): void {
  const [begin, end] = [`<!-- ${mark} -->`, `<!-- /${mark} -->`];
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '# Benchmarks\n';
  const block = `${begin}\n${content}\n${end}`;
  const at = before.indexOf(begin);
  const after = before.indexOf(end);
  if (at < 0 || after < at) writeFileSync(file, `${before.trimEnd()}\n\n${block}\n`);
  else writeFileSync(file, `${before.slice(0, at)}${block}${before.slice(after + end.length)}`);
}
