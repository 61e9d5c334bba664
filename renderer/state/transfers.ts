import { type Reading, rateOver, timeLeft } from '../../electron/contract/rate.ts';
import type { Transfer } from '../../electron/contract/transfers.ts';

export type { Reading };

const readings = new Map<string, Reading[]>();
const kept = 600;

/** Keeps what a step's transfer showed, for speeds and their chart: what left, where what was there before counts as done too. */
export function noteTransfer(step: string, transfer: Transfer | undefined): void {
  if (transfer === undefined) return;
  const done = transfer.sent ?? transfer.done;
  const list = readings.get(step) ?? [];
  const last = list.at(-1);
  if (last !== undefined && done < last.done) list.length = 0;
  list.push({ at: performance.now(), done });
  if (list.length > kept) list.splice(0, list.length - kept);
  readings.set(step, list);
}

export function readingsOf(step: string): readonly Reading[] {
  return readings.get(step) ?? [];
}

/** Amount per second over the last seconds; undefined until the rate is steady. */
export function rateOf(step: string): number | undefined {
  return rateOver(readingsOf(step), 5);
}

/** Milliseconds left; undefined until the rate is steady. */
export function timeLeftOf(step: string, { done, total, sent = done }: Transfer): number | undefined {
  return timeLeft(readingsOf(step), sent + total - done);
}

/** Amount per second over time, for drawing: seconds since the first reading, amount per second. */
export function ratesOf(step: string, points = 60): readonly { readonly second: number; readonly rate: number }[] {
  const list = readingsOf(step);
  const [first, last] = [list[0], list.at(-1)];
  if (first === undefined || last === undefined || last.at - first.at < 500) return [];
  const width = Math.max(250, (last.at - first.at) / points);
  const rates: { second: number; rate: number }[] = [];
  let from = first;
  for (const reading of list) {
    const passed = reading.at - from.at;
    if (passed < width) continue;
    rates.push({ second: (reading.at - first.at) / 1000, rate: ((reading.done - from.done) / passed) * 1000 });
    from = reading;
  }
  return rates;
}
