const secondsPerDay = 86_400;

/** `YYYY-MM-DD`, then optionally a time with up to six decimals and a zone, as microseconds since 1970; NaN for any other form. */
export function microsecondsAt(bytes: Uint8Array, start: number, end: number, zoned: boolean): number {
  const days = daysAt(bytes, start);
  let at = start + 10;
  if (at > end) return Number.NaN;
  if (at === end) return days * secondsPerDay * 1_000_000;
  if (bytes[at] !== 0x54 && bytes[at] !== 0x20) return Number.NaN;
  if (at + 6 > end || bytes[at + 3] !== 0x3a) return Number.NaN;
  let seconds = days * secondsPerDay + pair(bytes, at + 1) * 3600 + pair(bytes, at + 4) * 60;
  let fraction = 0;
  at += 6;
  if (bytes[at] === 0x3a && at + 3 <= end) {
    seconds += pair(bytes, at + 1);
    at += 3;
    if (bytes[at] === 0x2e && at < end) {
      let unit = 100_000;
      for (at += 1; at < end && isDigit(bytes[at] as number); at++) {
        if (unit < 1) return Number.NaN;
        fraction += ((bytes[at] as number) - 0x30) * unit;
        unit = Math.floor(unit / 10);
      }
    }
  }
  const offset = zoneAt(bytes, at, end);
  // A column without a zone ignores the one that is written, as the server does.
  return (seconds - (zoned ? offset : 0 * offset)) * 1_000_000 + fraction;
}

/** Seconds east of UTC: nothing or `Z` is 0, else `+08`, `+0800` or `+08:00`. */
function zoneAt(bytes: Uint8Array, at: number, end: number): number {
  if (at === end) return 0;
  const sign = bytes[at] as number;
  if (sign === 0x5a && at + 1 === end) return 0;
  if (sign !== 0x2b && sign !== 0x2d) return Number.NaN;
  const length = end - at;
  if (length !== 3 && length !== 5 && !(length === 6 && bytes[at + 3] === 0x3a)) return Number.NaN;
  const minutes = pair(bytes, at + 1) * 60 + (length === 3 ? 0 : pair(bytes, end - 2));
  return (sign === 0x2b ? 60 : -60) * minutes;
}

let lastDate = Number.NaN;
let lastDays = 0;

/** Days since 1970 of a date at this place; NaN when it is not written as `YYYY-MM-DD`. */
export function daysAt(bytes: Uint8Array, at: number): number {
  if (bytes[at + 4] !== 0x2d || bytes[at + 7] !== 0x2d) return Number.NaN;
  const year = pair(bytes, at) * 100 + pair(bytes, at + 2);
  const month = pair(bytes, at + 5);
  const day = pair(bytes, at + 8);
  const date = year * 10_000 + month * 100 + day;
  if (date === lastDate) return lastDays;
  if (Number.isNaN(date) || year === 0) return Number.NaN;
  const moment = new Date(0);
  moment.setUTCFullYear(year, month - 1, day);
  lastDate = date;
  lastDays = Math.floor(moment.getTime() / 86_400_000);
  return lastDays;
}

/** Two digits as a number, NaN when they are none. */
function pair(bytes: Uint8Array, at: number): number {
  const tens = bytes[at] as number;
  const ones = bytes[at + 1] as number;
  return isDigit(tens) && isDigit(ones) ? (tens - 0x30) * 10 + ones - 0x30 : Number.NaN;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
