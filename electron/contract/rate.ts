/** One reading of a transfer: milliseconds of one clock, amount done by then. */
export type Reading = { readonly at: number; readonly done: number };

/** Amount per second over the last seconds; undefined until there is a second to go by. */
export function rateOver(readings: readonly Reading[], seconds: number): number | undefined {
  const last = readings.at(-1);
  if (last === undefined) return undefined;
  const first = readings.find((reading) => last.at - reading.at <= seconds * 1000)!;
  const passed = (last.at - first.at) / 1000;
  return passed < 1 ? undefined : (last.done - first.done) / passed;
}

/** Milliseconds left; undefined until there are some seconds to go by and the last ones are as fast as those before. */
export function timeLeft(readings: readonly Reading[], total: number): number | undefined {
  const last = readings.at(-1);
  if (last === undefined || last.at - readings[0]!.at < 3000) return undefined;
  const short = rateOver(readings, 2);
  const long = rateOver(readings, 8);
  if (short === undefined || long === undefined || long <= 0 || Math.abs(short - long) > long * 0.3) return undefined;
  return ((total - last.done) / long) * 1000;
}
