import { text } from '../../../contract/text.ts';
import type { Collected } from '../facts.ts';
import { linesOf, outputOf, Unknown, unreadable } from '../unknown.ts';

/** Fields of os-release, unquoted. */
export function osRelease(facts: Collected): Readonly<Record<string, string>> {
  const fields: Record<string, string> = {};
  for (const line of linesOf(facts, 'os-release')) {
    const parts = /^([A-Z_0-9]+)=(.*)$/.exec(line);
    if (parts?.[1] !== undefined) fields[parts[1]] = (parts[2] ?? '').replace(/^(["'])(.*)\1$/, '$2');
  }
  if (fields.ID === undefined) throw unreadable('os-release', 'ID');
  return fields;
}

/** Numbers of a dotted version, e.g. [5, 15]. */
export function versionNumbers(words: string): readonly number[] {
  return (/\d+(\.\d+)*/.exec(words)?.[0] ?? '')
    .split('.')
    .filter((part) => part !== '')
    .map(Number);
}

/** Whether one version is at least another, number by number. */
export function isAtLeast(version: readonly number[], minimum: readonly number[]): boolean {
  for (const [index, wanted] of minimum.entries()) {
    const own = version[index] ?? 0;
    if (own !== wanted) return own > wanted;
  }
  return true;
}

/** Lines of two words as a map, e.g. `overlay loaded`. */
export function pairsOf(facts: Collected, section: string): ReadonlyMap<string, string> {
  return new Map(
    linesOf(facts, section).map((line) => [line.split(/\s+/)[0] ?? '', line.split(/\s+/).slice(1).join(' ')]),
  );
}

/** Value of a sysctl key written with slashes. An absent key is unknown: its module is not loaded. */
export function sysctl(facts: Collected, key: string): string {
  const lines = linesOf(facts, 'sysctl');
  const line = lines.find((one) => one.startsWith(`${key}=`));
  if (line !== undefined) return line.slice(key.length + 1).replace(/\s+/g, ' ');
  if (lines.includes(`${key} absent`))
    throw new Unknown(text('checks.unknown.module', { key: key.replaceAll('/', '.') }));
  throw unreadable('sysctl', key);
}

/** A sysctl value that is a number. */
export function sysctlNumber(facts: Collected, key: string): number {
  const value = sysctl(facts, key);
  if (!/^-?\d+$/.test(value)) throw unreadable('sysctl', `${key}=${value}`);
  return Number(value);
}

/** Host name as the kernel has it. */
export function hostname(facts: Collected): string {
  return outputOf(facts, 'hostname').trim();
}

/** A limit of the collector's own process, soft and hard; `unlimited` is infinity. */
export function processLimit(facts: Collected, name: string): { readonly soft: number; readonly hard: number } {
  const found = new RegExp(`^${name}\\s+(\\d+|unlimited)\\s+(\\d+|unlimited)`, 'm').exec(outputOf(facts, 'limits'));
  if (found === null) throw unreadable('limits', name);
  const figure = (word: string | undefined): number => (word === 'unlimited' ? Number.POSITIVE_INFINITY : Number(word));
  return { soft: figure(found[1]), hard: figure(found[2]) };
}
