import type { TableColumn } from '../table-columns.ts';

/**
 * What is summed up of a column, here while the file is read and in SQL over the table.
 * None of it depends on how a value is written: 1.5 and 1.50, or 08:00+08 and 00:00Z, give the same figures.
 */
export type ColumnFigure = {
  /** Values that are not null. */
  readonly filled: number;
  /**
   * Exact sum as a decimal: of numbers; of microseconds since 1970 (days for dates); of the values true;
   * of PostgreSQL's 32-bit hashes of texts. Null when the column is not summed.
   */
  readonly sum: string | null;
  /** Lowest and highest value of numbers and times, in the unit of the sum. */
  readonly min: string | null;
  readonly max: string | null;
  /** Bytes of texts in UTF-8. */
  readonly bytes: number | null;
};

/** Figures of some rows, by column. Additive: figures of two sets of rows add up to those of both. */
export type Figures = { readonly rows: number; readonly columns: Readonly<Record<string, ColumnFigure>> };

export type ColumnClass = 'number' | 'time' | 'date' | 'text' | 'truth' | 'other';

/** How a column is summed up. Floats, JSON and rarer types are counted only: their text has no one meaning to add. */
export function columnClass(column: TableColumn): ColumnClass {
  const { base, scale } = column;
  if (base === 'int2' || base === 'int4' || base === 'int8') return 'number';
  if (base === 'numeric') return scale !== undefined && scale < 0 ? 'other' : 'number';
  if (base === 'timestamptz' || base === 'timestamp') return scale !== undefined && scale < 6 ? 'other' : 'time';
  if (base === 'date') return 'date';
  if (base === 'text' || base === 'varchar') return 'text';
  return base === 'bool' ? 'truth' : 'other';
}

/** Figures of both sets of rows together. */
export function addFigures(a: Figures, b: Figures): Figures {
  const columns: Record<string, ColumnFigure> = {};
  for (const name of new Set([...Object.keys(a.columns), ...Object.keys(b.columns)])) {
    const left = a.columns[name];
    const right = b.columns[name];
    if (left === undefined || left.filled === 0) columns[name] = right ?? (left as ColumnFigure);
    else if (right === undefined || right.filled === 0) columns[name] = left;
    else columns[name] = addColumn(left, right);
  }
  return { rows: a.rows + b.rows, columns };
}

function addColumn(a: ColumnFigure, b: ColumnFigure): ColumnFigure {
  return {
    filled: a.filled + b.filled,
    sum: both(a.sum, b.sum, addDecimals),
    min: both(a.min, b.min, (x, y) => (compareDecimals(x, y) <= 0 ? x : y)),
    max: both(a.max, b.max, (x, y) => (compareDecimals(x, y) >= 0 ? x : y)),
    bytes: a.bytes === null || b.bytes === null ? null : a.bytes + b.bytes,
  };
}

function both(a: string | null, b: string | null, join: (a: string, b: string) => string): string | null {
  return a === null || b === null ? null : join(a, b);
}

/** One way to write a decimal: no zeros at the end of the fraction, no minus before zero. */
export function plainDecimal(value: string): string {
  const trimmed = value.includes('.') ? value.replace(/\.?0+$/, '') : value;
  return trimmed === '-0' || trimmed === '' ? '0' : trimmed;
}

function addDecimals(a: string, b: string): string {
  const scale = Math.max(decimals(a), decimals(b));
  return fromScaled(toScaled(a, scale) + toScaled(b, scale), scale);
}

function compareDecimals(a: string, b: string): number {
  const scale = Math.max(decimals(a), decimals(b));
  const difference = toScaled(a, scale) - toScaled(b, scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function decimals(value: string): number {
  const point = value.indexOf('.');
  return point === -1 ? 0 : value.length - point - 1;
}

function toScaled(value: string, scale: number): bigint {
  return BigInt(value.replace('.', '') + '0'.repeat(scale - decimals(value)));
}

/** A whole number of units of 10^-scale as a decimal. */
export function fromScaled(value: bigint, scale: number): string {
  if (scale === 0) return value.toString();
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  const words = `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return plainDecimal(value < 0n ? `-${words}` : words);
}

/** True when the text is a decimal that can be added exactly: not NaN, not infinite. */
export function isDecimal(value: string): boolean {
  return /^-?\d+(\.\d+)?$/.test(value);
}
