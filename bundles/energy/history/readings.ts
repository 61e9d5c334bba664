/** Hours of 2025, which is not a leap year. */
const hours = 8_760;
const start = Date.UTC(2025, 0, 1);

type Shape = {
  /** Mean consumption in kWh per hour. */
  readonly scale: number;
  /** `works`: two shifts on working days; `constant`: always on; `office`: days only; `homes`: mornings and evenings. */
  readonly rhythm: 'works' | 'constant' | 'office' | 'homes';
  /** Share that follows the weather: cooling in summer, heating in winter. */
  readonly cooling: number;
  readonly heating: number;
};

/** One shape for each meter M-001 to M-020, in the order of their identifiers. */
const shapes: readonly Shape[] = [
  { scale: 190, rhythm: 'works', cooling: 0.15, heating: 0.1 },
  { scale: 170, rhythm: 'works', cooling: 0.15, heating: 0.1 },
  { scale: 80, rhythm: 'works', cooling: 0.05, heating: 0 },
  { scale: 70, rhythm: 'works', cooling: 0.05, heating: 0 },
  { scale: 95, rhythm: 'works', cooling: 0.1, heating: 0.2 },
  { scale: 52, rhythm: 'works', cooling: 0.05, heating: 0.05 },
  { scale: 55, rhythm: 'constant', cooling: 0.1, heating: 0 },
  { scale: 50, rhythm: 'constant', cooling: 0.9, heating: 0 },
  { scale: 20, rhythm: 'constant', cooling: 0, heating: 1 },
  { scale: 25, rhythm: 'office', cooling: 0.4, heating: 0.3 },
  { scale: 155, rhythm: 'works', cooling: 0.15, heating: 0.1 },
  { scale: 135, rhythm: 'works', cooling: 0.15, heating: 0.1 },
  { scale: 62, rhythm: 'works', cooling: 0.05, heating: 0 },
  { scale: 48, rhythm: 'works', cooling: 0.05, heating: 0 },
  { scale: 22, rhythm: 'office', cooling: 0.3, heating: 0.2 },
  { scale: 16, rhythm: 'constant', cooling: 0.2, heating: 0.1 },
  { scale: 46, rhythm: 'constant', cooling: 0.1, heating: 0 },
  { scale: 44, rhythm: 'constant', cooling: 0.9, heating: 0 },
  { scale: 38, rhythm: 'homes', cooling: 0, heating: 0.05 },
  { scale: 18, rhythm: 'homes', cooling: 0.5, heating: 0.4 },
];

/** The columns of the file, in their order. */
export const columns = ['meter_id', 'at', 'kwh'] as const;

/** A year of hourly readings of 20 meters as CSV lines without line ends; the same on every machine. */
export function* rows(): Generator<string> {
  const random = generator(20_250_101);
  // The week and the day follow the clock of the site, eight hours ahead of UTC.
  const weather = dailyWeather(random);
  for (let hour = 0; hour < hours; hour++) {
    const at = new Date(start + hour * 3_600_000).toISOString().replace('.000Z', 'Z');
    const local = hour + 8;
    const day = Math.floor(local / 24);
    // 1 January 2025 is a Wednesday; 0 is Monday here.
    const weekday = (day + 2) % 7;
    const temperature = weather[day]! + dayCurve[local % 24]!;
    for (let index = 0; index < shapes.length; index++) {
      const shape = shapes[index]!;
      const load = rhythm(shape.rhythm, local % 24, weekday) + demand(shape, temperature);
      const noise = 0.94 + 0.12 * random();
      yield `${index + 1},${at},${(Math.round(shape.scale * load * noise * 1000) / 1000).toFixed(3)}`;
    }
  }
}

function rhythm(kind: Shape['rhythm'], hour: number, weekday: number): number {
  const working = weekday < 5;
  switch (kind) {
    case 'works':
      if (!working) return weekday === 5 && hour >= 8 && hour < 17 ? 0.7 : 0.3;
      return hour >= 8 && hour < 12 ? 1.45 : hour >= 13 && hour < 22 ? 1.35 : hour === 12 ? 1 : 0.45;
    case 'office':
      return working && hour >= 8 && hour < 18 ? 1.5 : 0.35;
    case 'homes':
      return hour >= 6 && hour < 9 ? 1.2 : hour >= 18 && hour < 23 ? 1.5 : 0.5;
    default:
      return working && hour >= 8 && hour < 22 ? 1.1 : 0.8;
  }
}

/** Below 16 degrees is heated, above 24 cooled; at most the whole share. */
function demand(shape: Shape, temperature: number): number {
  const cold = Math.min(1, Math.max(0, (16 - temperature) / 16));
  const warm = Math.min(1, Math.max(0, (temperature - 24) / 12));
  return shape.heating * cold + shape.cooling * warm;
}

/** Degrees above or below the day's mean, hour by hour. */
const dayCurve = [-3, -4, -4, -5, -5, -4, -3, -1, 0, 2, 3, 4, 5, 5, 5, 4, 3, 2, 1, 0, -1, -1, -2, -3];
/** Mean degrees of the months: tables, because the last digit of a cosine may differ between machines. */
const monthMeans = [4, 6, 10, 16, 21, 25, 29, 28, 24, 18, 12, 6];

/** A mean for each day: the month's, drawn towards the next month's, with warm and cold spells. */
function dailyWeather(random: () => number): readonly number[] {
  const days: number[] = [];
  let spell = 0;
  for (let day = 0; day < 367; day++) {
    const position = Math.min(11.999, (day / 365) * 12);
    const month = Math.floor(position);
    const share = position - month;
    spell = 0.8 * spell + 3 * (random() - 0.5);
    days.push(monthMeans[month]! * (1 - share) + monthMeans[(month + 1) % 12]! * share + spell);
  }
  return days;
}

/** A small multiply-with-xorshift generator (32 bits): whole numbers only, so that every machine agrees. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 4_294_967_296;
  };
}
