import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Figure } from './cases.ts';

const ours = 'sitewright';

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** A Markdown table: one row per case, the medians of each tool, and what ours is of each other's. */
export function tableOf(figures: readonly Figure[], tools: readonly string[]): string {
  const cases = [...new Set(figures.map((figure) => figure.case))];
  const medianOf = (name: string, tool: string): number | undefined => {
    const values = figures.filter((figure) => figure.case === name && figure.tool === tool).map(({ value }) => value);
    return values.length === 0 ? undefined : median(values);
  };
  const peers = tools.filter((tool) => tool !== ours);
  const rows = cases.map((name) => {
    const own = medianOf(name, ours);
    const cells = tools.map((tool) => {
      const value = medianOf(name, tool);
      if (value === undefined) return '';
      const ratio = tool === ours || own === undefined || value === 0 ? '' : ` (${(own / value).toFixed(2)})`;
      return `${value >= 100 ? value.toFixed(0) : value.toFixed(value < 1 ? 3 : 2)}${ratio}`;
    });
    return `| ${[name, ...cells].join(' | ')} |`;
  });
  return [`| case | ${[ours, ...peers].join(' | ')} |`, `|---|${tools.map(() => '---|').join('')}`, ...rows].join('\n');
}

/** Puts a text between two marks of a Markdown file, which keeps everything else. */
export function writeBetween(file: string, mark: string, content: string): void {
  const [begin, end] = [`<!-- ${mark} -->`, `<!-- /${mark} -->`];
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '# Benchmarks\n';
  const block = `${begin}\n${content}\n${end}`;
  const at = before.indexOf(begin);
  const after = before.indexOf(end);
  if (at < 0 || after < at) writeFileSync(file, `${before.trimEnd()}\n\n${block}\n`);
  else writeFileSync(file, `${before.slice(0, at)}${block}${before.slice(after + end.length)}`);
}
