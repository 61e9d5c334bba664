/** `1:05`, `1:02:03`. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** Bytes with a binary unit: 1 KiB is 1,024 bytes. */
export function bytes(count: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const step = count < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(count) / 10));
  const value = count / 1024 ** step;
  return `${step === 0 ? Math.round(value) : value.toFixed(1)} ${units[step]}`;
}

/** Gibibytes as short as they can be told: `7.6 GiB`, `180 GiB`, `1.8 TiB`. */
export function gibibytes(value: number): string {
  const [figure, unit] = value >= 1024 ? [value / 1024, 'TiB'] : [value, 'GiB'];
  return `${figure < 100 ? Math.round(figure * 10) / 10 : Math.round(figure)} ${unit}`;
}

/** An amount in the unit of its transfer. */
export function amount(value: number, unit: 'bytes' | 'rows' | 'requests'): string {
  return unit === 'bytes' ? bytes(value) : Math.round(value).toLocaleString('en-US');
}

/** A moment on the site's clock, with its offset: `19:38:05 +08:00`. */
export function clock(at: string, utcOffsetMinutes: number): string {
  const shifted = new Date(new Date(at).getTime() + utcOffsetMinutes * 60_000).toISOString();
  const size = Math.abs(utcOffsetMinutes);
  const offset = `${utcOffsetMinutes < 0 ? '-' : '+'}${String(Math.floor(size / 60)).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}`;
  return `${shifted.slice(11, 19)} ${offset}`;
}

/** The offset of the site's clock: `+08:00`. */
export function offset(utcOffsetMinutes: number): string {
  return clock('1970-01-01T00:00:00Z', utcOffsetMinutes).slice(9);
}

/** Day and moment on the site's clock, with its offset: `2026-11-23 19:38:05 +08:00`. */
export function moment(at: string, utcOffsetMinutes: number): string {
  const shifted = new Date(new Date(at).getTime() + utcOffsetMinutes * 60_000).toISOString();
  return `${shifted.slice(0, 10)} ${clock(at, utcOffsetMinutes)}`;
}

/** Time of a log line on the site's clock, without its offset: `19:38:05.123`. */
export function fineClock(at: string, utcOffsetMinutes: number): string {
  return new Date(new Date(at).getTime() + utcOffsetMinutes * 60_000).toISOString().slice(11, 23);
}

/** How long something took, as short as it can be said: `84 ms`, `3.8 s`, `1:05`. */
export function span(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.max(0, Math.round(milliseconds))} ms`;
  return milliseconds < 60_000 ? `${(milliseconds / 1000).toFixed(1)} s` : duration(milliseconds);
}

/** A whole number with its thousands apart. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
