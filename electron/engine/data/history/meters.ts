import type { TableColumn } from '../table-columns.ts';
import { type ColumnFigure, columnClass, fromScaled } from './figures.ts';
import { hashText } from './text-hash.ts';
import { daysAt, microsecondsAt } from './written-time.ts';

/** Sums up one column from the bytes of its fields. */
export type Meter = {
  /** A field that is not null, from `start` to `end` (excluded), already without its quotes. */
  readonly add: (bytes: Uint8Array, start: number, end: number) => void;
  readonly figure: () => ColumnFigure;
};

/** A meter for a column, by its type in the database. */
export function makeMeter(column: TableColumn): Meter {
  const kind = columnClass(column);
  if (kind === 'number') return numberMeter(column.base === 'numeric' ? column.scale : 0);
  if (kind === 'time') return timeMeter(column.base === 'timestamptz');
  if (kind === 'date') return dateMeter();
  if (kind === 'text') return textMeter();
  return kind === 'truth' ? truthMeter() : countMeter();
}

const nothing = { sum: null, min: null, max: null, bytes: null };

function countMeter(): Meter {
  let filled = 0;
  return {
    add: () => {
      filled += 1;
    },
    figure: () => ({ ...nothing, filled }),
  };
}

function textMeter(): Meter {
  let filled = 0;
  const sums = new Float64Array(2);
  return {
    add: (buffer, start, end) => {
      filled += 1;
      sums[0] = (sums[0] as number) + end - start;
      sums[1] = (sums[1] as number) + hashText(buffer, start, end);
    },
    figure: () => ({ ...nothing, filled, bytes: sums[0] as number, sum: String(sums[1]) }),
  };
}

const truths = new Map([
  ...['t', 'true', 'y', 'yes', 'on', '1'].map((word) => [word, 1] as const),
  ...['f', 'false', 'n', 'no', 'off', '0'].map((word) => [word, 0] as const),
]);

function truthMeter(): Meter {
  let filled = 0;
  let sum: number | null = 0;
  return {
    add: (buffer, start, end) => {
      filled += 1;
      const value = truths.get(Buffer.from(buffer.subarray(start, end)).toString('latin1').toLowerCase());
      sum = value === undefined || sum === null ? null : sum + value;
    },
    figure: () => ({ ...nothing, filled, sum: sum === null ? null : String(sum) }),
  };
}

/** Sums per number of decimals in plain numbers and carries over to BigInt before a sum could lose a digit. */
function numberMeter(scale: number | undefined): Meter {
  let filled = 0;
  let measured = true;
  const sums = new Float64Array(16);
  const carried: bigint[] = Array.from({ length: 16 }, () => 0n);
  const limits = new Limits();
  let minKept = 0;
  let maxKept = 0;
  const powers = Array.from({ length: 16 }, (_, index) => 10 ** index);

  const add = (bytes: Uint8Array, start: number, end: number) => {
    filled += 1;
    if (!measured) return;
    let at = start;
    const negative = bytes[at] === 0x2d;
    if (negative || bytes[at] === 0x2b) at += 1;
    let value = 0;
    let digits = 0;
    let point = -1;
    let kept = 0;
    let roundUp = false;
    for (; at < end; at++) {
      const digit = (bytes[at] as number) - 0x30;
      if (digit >= 0 && digit <= 9) {
        digits += 1;
        if (point >= 0 && scale !== undefined && kept === scale) {
          // The type keeps no more decimals: the next digit alone decides, half goes away from zero.
          if (at === point + scale + 1) roundUp = digit >= 5;
          continue;
        }
        value = value * 10 + digit;
        if (point >= 0) kept += 1;
      } else if (bytes[at] === 0x2e && point === -1) point = at;
      else break;
    }
    if (roundUp) value += 1;
    // Exponents, NaN, infinities and more than 15 digits are left to the count alone.
    if (at !== end || digits === 0 || value > 999_999_999_999_999 || kept > 15) {
      measured = false;
      return;
    }
    if (negative) value = -value;
    const sum = (sums[kept] as number) + value;
    if (sum > 4e15 || sum < -4e15) {
      carried[kept] = (carried[kept] as bigint) + BigInt(sum);
      sums[kept] = 0;
    } else sums[kept] = sum;
    const real = value / (powers[kept] as number);
    if (limits.lower(real, value)) minKept = kept;
    if (limits.raise(real, value)) maxKept = kept;
  };
  const decimal = (value: number, kept: number) => fromScaled(BigInt(value), kept);
  const figure = (): ColumnFigure => {
    if (!measured) return { ...nothing, filled };
    const total = carried.reduce(
      (sum, carry, kept) => sum + (carry + BigInt(sums[kept] as number)) * 10n ** BigInt(15 - kept),
      0n,
    );
    if (filled === 0) return { ...nothing, filled, sum: '0' };
    return {
      filled,
      sum: fromScaled(total, 15),
      min: decimal(limits.min, minKept),
      max: decimal(limits.max, maxKept),
      bytes: null,
    };
  };
  return { add, figure };
}

function dateMeter(): Meter {
  return extentMeter((bytes, start, end) => (end - start === 10 ? daysAt(bytes, start) : Number.NaN), 1);
}

function timeMeter(zoned: boolean): Meter {
  return extentMeter((bytes, start, end) => microsecondsAt(bytes, start, end, zoned), 1_000_000);
}

/** Sums whole numbers up to 2^53; `part` splits them, so that the sums stay exact for 10^6 rows and more. */
function extentMeter(read: (bytes: Uint8Array, start: number, end: number) => number, part: number): Meter {
  let filled = 0;
  let measured = true;
  let carried = 0n;
  const sums = new Float64Array(2);
  const limits = new Limits();
  const add = (bytes: Uint8Array, start: number, end: number) => {
    filled += 1;
    if (!measured) return;
    const value = read(bytes, start, end);
    if (Number.isNaN(value)) {
      measured = false;
      return;
    }
    const units = Math.floor(value / part);
    const whole = (sums[0] as number) + units;
    if (whole > 4e15 || whole < -4e15) {
      carried += BigInt(whole);
      sums[0] = 0;
    } else sums[0] = whole;
    sums[1] = (sums[1] as number) + (value - units * part);
    limits.lower(value, value);
    limits.raise(value, value);
  };
  const figure = (): ColumnFigure => {
    if (!measured) return { ...nothing, filled };
    const sum = String((carried + BigInt(sums[0] as number)) * BigInt(part) + BigInt(sums[1] as number));
    if (filled === 0) return { ...nothing, filled, sum };
    return { filled, sum, min: String(limits.min), max: String(limits.max), bytes: null };
  };
  return { add, figure };
}

/** Lowest and highest value so far. Numbers in an array of their own: a variable would make a new object of each. */
class Limits {
  readonly #compared = new Float64Array([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  readonly #kept = new Float64Array(2);

  /** Takes the value when it is the lowest; `kept` is what is handed out for it. */
  lower(value: number, kept: number): boolean {
    if (value >= (this.#compared[0] as number)) return false;
    this.#compared[0] = value;
    this.#kept[0] = kept;
    return true;
  }

  raise(value: number, kept: number): boolean {
    if (value <= (this.#compared[1] as number)) return false;
    this.#compared[1] = value;
    this.#kept[1] = kept;
    return true;
  }

  get min(): number {
    return this.#kept[0] as number;
  }

  get max(): number {
    return this.#kept[1] as number;
  }
}
