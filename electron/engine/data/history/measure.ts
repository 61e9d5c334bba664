import type { TableColumn } from '../table-columns.ts';
import type { ColumnFigure, Figures } from './figures.ts';
import { type Meter, makeMeter } from './meters.ts';

const quote = 0x22;
const comma = 0x2c;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** What a stretch of CSV holds. */
export type Measured = {
  readonly records: number;
  /** Physical lines; more than records when quoted fields hold line breaks. */
  readonly lines: number;
  readonly figures: Figures;
};

/** Counts and sums up whole CSV records. A record with too few or too many fields is counted; the database refuses it. */
export function measureRecords(bytes: Uint8Array, columns: readonly TableColumn[]): Measured {
  const meters = columns.map(makeMeter);
  let records = 0;
  let lines = 0;
  let column = 0;
  let start = 0;
  let quotes = 0;
  let inside = false;
  const end = bytes.length;
  for (let at = 0; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte > comma) continue;
    if (byte === quote) {
      inside = !inside;
      quotes += 1;
    } else if (byte === lineFeed) {
      lines += 1;
      if (inside) continue;
      const stop = at > start && bytes[at - 1] === carriageReturn ? at - 1 : at;
      addField(meters[column], bytes, start, stop, quotes);
      records += 1;
      column = 0;
      start = at + 1;
      quotes = 0;
    } else if (byte === comma && !inside) {
      addField(meters[column], bytes, start, at, quotes);
      column += 1;
      start = at + 1;
      quotes = 0;
    }
  }
  if (start < end || column > 0) {
    addField(meters[column], bytes, start, end, quotes);
    records += 1;
    lines += 1;
  }
  const figures: Record<string, ColumnFigure> = {};
  for (const [index, { name }] of columns.entries()) figures[name] = (meters[index] as Meter).figure();
  return { records, lines, figures: { rows: records, columns: figures } };
}

function addField(meter: Meter | undefined, bytes: Uint8Array, start: number, end: number, quotes: number): void {
  if (meter === undefined) return;
  if (quotes === 0) {
    // Empty and unquoted is null.
    if (start !== end) meter.add(bytes, start, end);
    return;
  }
  const plain = unquoted(bytes, start, end);
  meter.add(plain, 0, plain.length);
}

/** A field as the database reads it: quotes switch quoting on and off, two inside quotes are one. */
function unquoted(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const plain = new Uint8Array(end - start);
  let length = 0;
  let inside = false;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte !== quote) plain[length++] = byte;
    else if (inside && bytes[at + 1] === quote && at + 1 < end) {
      plain[length++] = quote;
      at += 1;
    } else inside = !inside;
  }
  return plain.subarray(0, length);
}

/** Where each record begins and which physical line that is, from 0; with the end of the last. */
export type RecordOffset = { readonly start: number; readonly line: number };

/** Offsets of the records of a batch, for the search of the ones that are refused. */
export function recordOffsets(bytes: Uint8Array): readonly RecordOffset[] {
  const offsets: RecordOffset[] = [];
  let line = 0;
  let inside = false;
  let start = 0;
  let first = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === quote) inside = !inside;
    if (bytes[at] !== lineFeed) continue;
    line += 1;
    if (inside) continue;
    offsets.push({ start, line: first });
    start = at + 1;
    first = line;
  }
  if (start < bytes.length) offsets.push({ start, line: first });
  return offsets;
}

/** Past the first record end at or after `target`; -1 when there is none. Depends on the bytes alone. */
export function recordEnd(bytes: Buffer, target: number): number {
  if (!bytes.includes(quote)) return bytes.indexOf(lineFeed, Math.max(0, target - 1)) + 1 || -1;
  let inside = false;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === quote) inside = !inside;
    else if (bytes[at] === lineFeed && !inside && at + 1 >= target) return at + 1;
  }
  return -1;
}
