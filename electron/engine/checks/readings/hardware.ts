import type { Collected } from '../facts.ts';
import { linesOf, outputOf, unreadable } from '../unknown.ts';

/** Logical processors. */
export function cpuCount(facts: Collected): number {
  const first = linesOf(facts, 'cpu')[0] ?? '';
  if (!/^\d+$/.test(first) || first === '0') throw unreadable('cpu', first);
  return Number(first);
}

/** Features of the first processor, as the kernel names them. */
export function cpuFlags(facts: Collected): ReadonlySet<string> {
  const line = linesOf(facts, 'cpu').find((one) => /^(flags|Features)\s*:/.test(one));
  if (line === undefined) throw unreadable('cpu', 'flags');
  return new Set(
    line
      .slice(line.indexOf(':') + 1)
      .trim()
      .split(/\s+/),
  );
}

/** Processor architecture in the words of image references; other ones stay as `uname -m` says them. */
export function architecture(facts: Collected): string {
  const word = outputOf(facts, 'arch').trim();
  if (word === '') throw unreadable('arch', word);
  return { x86_64: 'amd64', aarch64: 'arm64', arm64: 'arm64' }[word] ?? word;
}

/** A figure of /proc/meminfo, in GiB. */
export function memoryGiB(facts: Collected, field: 'MemTotal' | 'MemAvailable'): number {
  const found = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(outputOf(facts, 'meminfo'));
  if (found === null) throw unreadable('meminfo', field);
  return Number(found[1]) / 1024 / 1024;
}

/** Swap devices and files in use. */
export function swapDevices(facts: Collected): readonly string[] {
  const [head = '', ...lines] = linesOf(facts, 'swaps');
  // A kernel without swap support has an empty file or only the head.
  if (head !== '' && !head.startsWith('Filename')) throw unreadable('swaps', head);
  return lines.map((line) => line.split(/\s+/)[0] ?? line);
}

/** Mean number of runnable tasks over the last five minutes, per processor. */
export function loadPerCore(facts: Collected): number {
  const words = linesOf(facts, 'loadavg')[0] ?? '';
  const load = Number(words.split(/\s+/)[1] ?? Number.NaN);
  if (Number.isNaN(load)) throw unreadable('loadavg', words);
  return load / cpuCount(facts);
}
