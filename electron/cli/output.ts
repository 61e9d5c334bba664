import { asSitewrightError, exitCodeOf, sayError } from '../contract/errors.ts';
import { type Locale, say, type Text } from '../contract/text.ts';
import { errorOfCall } from './session.ts';

/** Where a command's words go: results to stdout, everything else to stderr. With `--json`, stdout holds one JSON document. */
export type Output = {
  readonly json: boolean;
  readonly locale: Locale;
  readonly say: (words: Text) => string;
  /** The result: as JSON, or as the lines that `human` makes of it. */
  readonly result: <T>(value: T, human: (value: T) => readonly string[]) => void;
  /** Progress and hints for a person; stderr when stdout is for a machine. */
  readonly note: (line: string) => void;
  /** Prints an error and returns the exit code it stands for. */
  readonly failure: (error: unknown) => number;
};

export function createOutput(options: { json: boolean; locale: Locale }): Output {
  const { json, locale } = options;
  const out = (line: string) => void process.stdout.write(`${line}\n`);
  const err = (line: string) => void process.stderr.write(`${line}\n`);
  return {
    json,
    locale,
    say: (words) => say(locale, words),
    result: (value, human) => {
      if (json) out(JSON.stringify(value, null, 2));
      else for (const line of human(value)) out(line);
    },
    note: (line) => (json ? err(line) : out(line)),
    failure: (thrown) => {
      const error = asSitewrightError(errorOfCall(thrown));
      const view = error.view();
      if (json) {
        const words = {
          message: say(locale, view.message),
          cause: say(locale, view.cause),
          next: say(locale, view.next),
        };
        out(
          JSON.stringify(
            { error: { code: view.code, ...words, ...(view.detail !== undefined && { detail: view.detail }) } },
            null,
            2,
          ),
        );
      }
      err(sayError(locale, view));
      if (error.code === 'internal' && error.cause instanceof Error) err(error.cause.stack ?? '');
      return exitCodeOf(error.code);
    },
  };
}

/** Columns padded to the widest cell; East Asian wide characters count two. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, width(cell));
  return rows.map((row) =>
    row
      .map((cell, at) => cell + ' '.repeat(widths[at]! - width(cell)))
      .join('  ')
      .trimEnd(),
  );
}

function width(words: string): number {
  return [...words].reduce(
    (sum, character) =>
      sum +
      (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u.test(character)
        ? 2
        : 1),
    0,
  );
}

/** `1:05` or `1:02:03`. */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const [hours, minutes, rest] = parts as [number, number, number];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** Bytes in the unit that a person reads: 1 KiB is 1,024 bytes. */
export function bytes(count: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
