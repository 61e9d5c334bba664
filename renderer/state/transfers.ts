import { type Reading, rateOver, timeLeft } from '../../electron/contract/rate.ts';
import type { StepView } from '../../electron/contract/views.ts';

export type { Reading };

const readings = new Map<string, Reading[]>();
const kept = 600;

/** Keeps what a step's transfer showed, for speeds and their chart. */
export function noteTransfer(step: StepView): void {
  if (step.transfer === undefined) return;
  const list = readings.get(step.id) ?? [];
  const last = list.at(-1);
  if (last !== undefined && (step.transfer.done < last.done || step.attempts === 0)) list.length = 0;
  list.push({ at: performance.now(), done: step.transfer.done });
  if (list.length > kept) list.splice(0, list.length - kept);
  readings.set(step.id, list);
}

export function readingsOf(step: string): readonly Reading[] {
  return readings.get(step) ?? [];
}

/** Amount per second over the last seconds; undefined until the rate is steady. */
export function rateOf(step: string): number | undefined {
  return rateOver(readingsOf(step), 5);
}

/** Milliseconds left; undefined until the rate is steady. */
export function timeLeftOf(step: string, total: number): number | undefined {
  return timeLeft(readingsOf(step), total);
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
