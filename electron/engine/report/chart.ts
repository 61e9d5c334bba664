import { html, type Markup } from './markup.ts';

/** A latency histogram as the load generator records it. */
export type LatencyChart = {
  readonly type: 'latency';
  readonly buckets: readonly { readonly ms: number; readonly count: number }[];
  readonly percentiles: Readonly<Record<string, number>>;
  readonly rate?: readonly { readonly second: number; readonly offered: number; readonly achieved: number; readonly p99?: number }[];
};

export function isLatencyChart(chart: unknown): chart is LatencyChart {
  return typeof chart === 'object' && chart !== null && (chart as { type?: unknown }).type === 'latency';
}

const size = { width: 620, height: 170, left: 36, bottom: 26, top: 22 } as const;

/** Requests over response time on a logarithmic axis, with p95 and p99 marked. */
export function latencyChart(chart: LatencyChart, words: { readonly axis: string }): Markup {
  const bars = mergeBuckets(chart.buckets);
  if (bars.length === 0) return { html: '' };
  const low = Math.log10(Math.max(0.1, bars[0]!.from));
  const high = Math.log10(Math.max(bars.at(-1)!.to, 10 ** low * 10));
  const most = Math.max(...bars.map((bar) => bar.count));
  const plot = { width: size.width - size.left - 10, height: size.height - size.bottom - size.top };
  const x = (ms: number) => size.left + ((Math.log10(Math.max(0.1, ms)) - low) / (high - low)) * plot.width;
  const y = (count: number) => size.top + plot.height * (1 - count / most);
  const ticks = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000].filter((ms) => Math.log10(ms) >= low && Math.log10(ms) <= high);
  const marks = ['p95', 'p99'].flatMap((name) => (chart.percentiles[name] === undefined ? [] : [{ name, ms: chart.percentiles[name] }]));
  const n = (value: number) => value.toFixed(1);
  return html`<svg class="chart" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${words.axis}">
<line x1="${size.left}" y1="${n(y(0))}" x2="${n(size.width - 10)}" y2="${n(y(0))}" class="axis"/>
${bars.map((bar) => html`<rect x="${n(x(bar.from) + 0.5)}" y="${n(y(bar.count))}" width="${n(Math.max(1, x(bar.to) - x(bar.from) - 1))}" height="${n(Math.max(0.8, y(0) - y(bar.count)))}" class="bar"/>`)}
${ticks.map((ms) => html`<text x="${n(x(ms))}" y="${size.height - 10}" class="tick">${ms}</text>`)}
<text x="${size.left}" y="${n(size.top - 8)}" class="label">${most}</text>
<text x="${size.width - 10}" y="${size.height}" class="label end">${words.axis}</text>
${marks.map((mark, at) => html`<line x1="${n(x(mark.ms))}" y1="${size.top}" x2="${n(x(mark.ms))}" y2="${n(y(0))}" class="mark"/><text x="${n(x(mark.ms))}" y="${size.top - 4 - at * 9}" class="tick">${mark.name} ${mark.ms.toFixed(mark.ms < 10 ? 1 : 0)} ms</text>`)}
</svg>`;
}

type Bar = { readonly from: number; readonly to: number; readonly count: number };

/** Fine buckets merged to bars of equal width on the logarithmic axis, eight to a decade. */
function mergeBuckets(buckets: readonly { readonly ms: number; readonly count: number }[]): readonly Bar[] {
  const perDecade = 8;
  const bars = new Map<number, number>();
  for (const bucket of buckets) {
    if (bucket.count === 0) continue;
    const at = Math.floor(Math.log10(Math.max(0.1, bucket.ms)) * perDecade);
    bars.set(at, (bars.get(at) ?? 0) + bucket.count);
  }
  return [...bars].sort(([a], [b]) => a - b).map(([at, count]) => ({ from: 10 ** (at / perDecade), to: 10 ** ((at + 1) / perDecade), count }));
}
