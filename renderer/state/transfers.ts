import type { StepView } from '../../electron/contract/views.ts';

/** One reading of a transfer: milliseconds of this window's clock, amount done. */
export type Reading = { readonly at: number; readonly done: number };

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
export function rateOf(step: string, seconds = 5): number | undefined {
  const list = readingsOf(step);
  const last = list.at(-1);
  if (last === undefined) return undefined;
  const first = list.find((reading) => last.at - reading.at <= seconds * 1000)!;
  const passed = (last.at - first.at) / 1000;
  return passed < 1 ? undefined : (last.done - first.done) / passed;
}

/** Milliseconds left; undefined until there are some seconds to go by and the last ones are as fast as those before. */
export function timeLeftOf(step: string, total: number): number | undefined {
  const list = readingsOf(step);
  const last = list.at(-1);
  if (last === undefined || last.at - list[0]!.at < 3000) return undefined;
  const short = rateOf(step, 2);
  const long = rateOf(step, 8);
  if (short === undefined || long === undefined || long <= 0 || Math.abs(short - long) > long * 0.3) return undefined;
  return ((total - last.done) / long) * 1000;
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
