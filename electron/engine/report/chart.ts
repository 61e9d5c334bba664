import type { TextKey, TextParams } from '../../contract/text.ts';
import { html, type Markup } from './markup.ts';

/** What the load generator records of a load: counts by upper bound in ms, percentiles in ms, requests per second. */
export type LatencyChart = {
  readonly type: 'latency';
  readonly buckets: readonly { readonly ms: number; readonly count: number }[];
  readonly percentiles: Readonly<Record<string, number>>;
  readonly rate?: readonly Rate[];
  /** Loads in steps of the agreed one, where there were any. */
  readonly steps?: readonly (Omit<Rate, 'second'> & { readonly percent: number })[];
};

type Rate = { readonly second: number; readonly offered: number; readonly achieved: number; readonly p99?: number };
type Words = (key: TextKey, params?: TextParams) => string;

export function isLatencyChart(chart: unknown): chart is LatencyChart {
  if (typeof chart !== 'object' || chart === null || !('type' in chart) || chart.type !== 'latency') return false;
  return (
    'buckets' in chart &&
    Array.isArray(chart.buckets) &&
    'percentiles' in chart &&
    typeof chart.percentiles === 'object'
  );
}

const box = { height: 150, top: 26, bottom: 34, left: 34, right: 8 } as const;
const floor = box.height - box.bottom;

/** A load test drawn: how many requests took how long, what was asked and what was achieved, and the figures in words. */
export function latencyFigure(chart: LatencyChart, title: string, t: Words): Markup {
  const figures = ['p50', 'p90', 'p95', 'p99', 'p999', 'max'].flatMap((name) => {
    const value = chart.percentiles[name];
    return value === undefined ? [] : [html`<li>${nameOf(name, t)} <b>${figure(value)}</b> ms</li>`];
  });
  return html`<figure><figcaption>${title}</figcaption><div class="charts">${histogram(chart, t)}${rates(chart, t)}</div><ul class="figures">${figures}</ul></figure>
`;
}

function nameOf(name: string, t: Words): string {
  return name === 'max' ? t('report.chart.max') : name === 'p999' ? 'p99.9' : name;
}

/** One bar for each of the generator's bounds, the bound under its right edge; p95 and p99 stand where they fall. */
function histogram(chart: LatencyChart, t: Words): Markup {
  const bars = chart.buckets;
  if (bars.length === 0) return html``;
  const width = 380;
  const most = Math.max(1, ...bars.map((bar) => bar.count));
  const step = (width - box.left - box.right) / bars.length;
  const x = (at: number) => box.left + at * step;
  const y = (count: number) => floor - (count / most) * (floor - box.top);
  const place = (ms: number) => {
    const at = bars.findIndex((bar) => ms <= bar.ms);
    if (at < 0) return x(bars.length);
    const upper = bars[at]?.ms ?? ms;
    const lower = at === 0 ? upper / 2 : (bars[at - 1]?.ms ?? 0);
    return x(at) + Math.min(1, Math.max(0, (ms - lower) / (upper - lower))) * step;
  };
  const marks = ['p95', 'p99'].flatMap((name) => {
    const ms = chart.percentiles[name];
    return ms === undefined ? [] : [{ name, ms, at: place(ms) }];
  });
  return html`<svg class="chart" viewBox="0 0 ${width} ${box.height}" role="img" aria-label="${t('report.chart.histogram')}">
${grid(width, most)}${bars.map((bar, at) => html`<rect x="${n(x(at) + 1)}" y="${n(y(bar.count))}" width="${n(step - 2)}" height="${n(floor - y(bar.count))}" class="bar"/>`)}
${bars.map((bar, at) => html`<text x="${n(x(at + 1))}" y="${floor + 12}" class="tick">${bar.ms}</text>`)}
${marks.map(({ name, ms, at }, index) => html`<line x1="${n(at)}" y1="${box.top - 4}" x2="${n(at)}" y2="${floor}" class="mark"/><text x="${n(at - 3)}" y="${box.top - 16 + index * 10}" class="end marked">${name} ${figure(ms)}</text>`)}
<text x="${width - box.right}" y="${box.height - 5}" class="end">${t('report.chart.histogram-axis')}</text>
</svg>`;
}

/** Offered and achieved rate: over the steps of the load where there are any, else over its seconds. */
function rates(chart: LatencyChart, t: Words): Markup {
  const steps = chart.steps !== undefined && chart.steps.length > 1;
  const points = steps
    ? (chart.steps ?? []).map((one) => ({ name: `${one.percent} %`, ...one }))
    : (chart.rate ?? []).map((one) => ({ name: String(one.second + 1), ...one }));
  if (points.length === 0) return html``;
  const width = 260;
  const most = Math.max(1, ...points.flatMap((point) => [point.offered, point.achieved]));
  const step = (width - box.left - box.right) / points.length;
  const x = (at: number) => box.left + at * step;
  const y = (rate: number) => floor - (rate / most) * (floor - box.top);
  // Names of many seconds would run into each other.
  const every = Math.ceil(points.length / 8);
  return html`<svg class="chart" viewBox="0 0 ${width} ${box.height}" role="img" aria-label="${t('report.chart.rate')}">
${grid(width, most)}${points.map((point, at) => html`<rect x="${n(x(at) + step * 0.2)}" y="${n(y(point.achieved))}" width="${n(step * 0.6)}" height="${n(floor - y(point.achieved))}" class="bar"/><line x1="${n(x(at) + step * 0.08)}" y1="${n(y(point.offered))}" x2="${n(x(at) + step * 0.92)}" y2="${n(y(point.offered))}" class="asked"/>`)}
${points.map((point, at) => at % every === 0 && html`<text x="${n(x(at) + step / 2)}" y="${floor + 12}" class="tick">${point.name}</text>`)}
<text x="${width - box.right}" y="${box.height - 5}" class="end">${t(steps ? 'report.chart.steps-axis' : 'report.chart.seconds-axis')}</text>
</svg>`;
}

function grid(width: number, most: number): Markup {
  const middle = (floor + box.top) / 2;
  const line = (at: number) =>
    html`<line x1="${box.left}" y1="${n(at)}" x2="${width - box.right}" y2="${n(at)}" class="grid"/>`;
  return html`${[box.top, middle, floor].map(line)}<text x="${box.left - 4}" y="${box.top + 3}" class="end">${figure(most)}</text><text x="${box.left - 4}" y="${floor + 3}" class="end">0</text>
`;
}

function n(value: number): string {
  return value.toFixed(1);
}

function figure(value: number): string {
  return String(value < 100 ? Math.round(value * 10) / 10 : Math.round(value));
}
