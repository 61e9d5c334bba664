type Rate = { readonly offered: number; readonly achieved: number; readonly p99?: number };

/** What a load test records for drawing: counts by upper bound in ms, percentiles in ms, requests per second. */
export type LatencyChart = {
  readonly type: 'latency';
  readonly buckets: readonly { readonly ms: number; readonly count: number }[];
  readonly percentiles: Readonly<Record<string, number>>;
  readonly rate?: readonly (Rate & { readonly second: number })[];
  /** Loads in steps of the agreed one, where there were any. */
  readonly steps?: readonly (Rate & { readonly percent: number })[];
};

export function isLatencyChart(chart: unknown): chart is LatencyChart {
  return (
    typeof chart === 'object' &&
    chart !== null &&
    'type' in chart &&
    chart.type === 'latency' &&
    'buckets' in chart &&
    Array.isArray(chart.buckets) &&
    'percentiles' in chart
  );
}

/**
 * Where a latency stands on an axis that gives each bucket the same width: 0 is the left edge of the first bucket, 1 its
 * right edge.
 */
export function placeOn(buckets: LatencyChart['buckets'], ms: number): number {
  const at = buckets.findIndex((bucket) => ms <= bucket.ms);
  if (at < 0) return buckets.length;
  const upper = buckets[at]!.ms;
  const lower = at === 0 ? 0 : buckets[at - 1]!.ms;
  return at + (upper > lower ? (ms - lower) / (upper - lower) : 1);
}
