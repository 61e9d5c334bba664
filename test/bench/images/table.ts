import { median } from '../figures.ts';
import type { Figure } from './cases.ts';
import type { MedianOf } from './goals.ts';

export const ours = 'sitewright';

/** The median over all rounds. */
export function mediansOf(figures: readonly Figure[]): MedianOf {
  return (name, tool) => {
    const values = figures.filter((figure) => figure.case === name && figure.tool === tool).map(({ value }) => value);
    return values.length === 0 ? undefined : median(values);
  };
}

/** A Markdown table: one row per case, the medians of each tool, and what ours is of each other's. */
export function tableOf(figures: readonly Figure[], tools: readonly string[]): string {
  const medianOf = mediansOf(figures);
  const cases = [...new Set(figures.map((figure) => figure.case))];
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
