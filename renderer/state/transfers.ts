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
