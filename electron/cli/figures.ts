import { SitewrightError } from '../contract/errors.ts';
import { text } from '../contract/text.ts';

const units: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1000,
  mb: 1000 ** 2,
  gb: 1000 ** 3,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
};

/** A size in words, such as `3.9GiB`, `650 MB` or `1048576`, as bytes. Error: usage-invalid. */
export function parseSize(words: string, option: string): number {
  const [, figure = '', unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]*)\s*$/.exec(words) ?? [];
  const factor = units[unit.toLowerCase()];
  const size = Math.floor(Number(figure) * (factor ?? Number.NaN));
  if (figure === '' || !Number.isSafeInteger(size) || size < 1)
    throw new SitewrightError('usage-invalid', { problem: text('usage.size', { option, value: words }) });
  return size;
}

/** A whole number within limits. Error: usage-invalid. */
export function parseCount(words: string, option: string, { least, most }: { least: number; most: number }): number {
  const count = /^\d+$/.test(words) ? Number(words) : Number.NaN;
  if (count >= least && count <= most) return count;
  throw new SitewrightError('usage-invalid', { problem: text('usage.count', { option, value: words, least, most }) });
}
