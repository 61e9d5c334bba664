import { build } from 'hdr-histogram-js';

/** One request as it ended. */
export type Sample = {
  /** Second of the measured run in which it was due. */
  readonly second: number;
  /** From the moment at which it was due. */
  readonly latencyMs: number;
  /** It left the laptop too late. */
  readonly late: boolean;
  /** Class of its failure; absent for a good answer. */
  readonly problem?: string;
};

/** Latencies in ms. */
export type Percentiles = {
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
};

/** The figures of one load. */
export type LoadReport = {
  readonly offered: number;
  /** Good answers per second. */
  readonly achieved: number;
  readonly requests: number;
  readonly late: number;
  /** Requests without a good answer, by class. */
  readonly errors: Readonly<Record<string, number>>;
  readonly errorShare: number;
  readonly percentiles: Percentiles;
  /** Counts by upper bound in ms; for drawing. */
  readonly buckets: readonly { readonly ms: number; readonly count: number }[];
  readonly rate: readonly {
    readonly second: number;
    readonly offered: number;
    readonly achieved: number;
    readonly p99: number;
  }[];
  /** How late the laptop's own event loop was, ms. */
  readonly lagMs: number;
  readonly lagP99Ms: number;
  /** More than one in a hundred started late: the laptop was the limit. */
  readonly generatorLimited: boolean;
};

const bounds = [
  1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000, 10_000,
  30_000, 60_000,
];

/** Collects samples and makes the report. Everything that got an answer or ran into its time limit counts for the latency. */
export function createTally(offered: number, seconds: number) {
  const histogram = build({
    bitBucketSize: 32,
    numberOfSignificantValueDigits: 3,
    lowestDiscernibleValue: 1,
    highestTrackableValue: 600_000_000,
  });
  const perSecond = new Map<number, { offered: number; good: number; latencies: number[] }>();
  const buckets = bounds.map(() => 0);
  const errors: Record<string, number> = {};
  let requests = 0;
  let good = 0;
  let late = 0;

  return {
    record: (sample: Sample) => {
      requests += 1;
      if (sample.late) late += 1;
      const second = perSecond.get(sample.second) ?? { offered: 0, good: 0, latencies: [] };
      perSecond.set(sample.second, second);
      second.offered += 1;
      if (sample.problem === undefined) {
        good += 1;
        second.good += 1;
      } else errors[sample.problem] = (errors[sample.problem] ?? 0) + 1;
      const answered =
        sample.problem === undefined || sample.problem === 'timeout' || sample.problem.startsWith('status ');
      if (!answered) return;
      second.latencies.push(sample.latencyMs);
      histogram.recordValue(Math.max(1, Math.round(sample.latencyMs * 1_000)));
      const bucket = bounds.findIndex((bound) => sample.latencyMs <= bound);
      const index = bucket < 0 ? bounds.length - 1 : bucket;
      buckets[index] = (buckets[index] ?? 0) + 1;
    },
    report: (lag: { readonly lagMs: number; readonly lagP99Ms: number }): LoadReport => {
      const at = (percentile: number) =>
        // A bucket's upper edge may lie above the largest value that fell into it.
        histogram.totalCount === 0
          ? 0
          : ms(Math.min(histogram.getValueAtPercentile(percentile), histogram.maxValue) / 1_000);
      return {
        offered,
        achieved: Math.round((good / seconds) * 10) / 10,
        requests,
        late,
        errors,
        errorShare: requests === 0 ? 0 : (requests - good) / requests,
        percentiles: {
          p50: at(50),
          p90: at(90),
          p95: at(95),
          p99: at(99),
          p999: at(99.9),
          max: histogram.totalCount === 0 ? 0 : ms(histogram.maxValue / 1_000),
        },
        buckets: trimmed(buckets),
        rate: [...perSecond]
          .sort(([one], [other]) => one - other)
          .map(([second, one]) => ({
            second,
            offered: one.offered,
            achieved: one.good,
            p99: ms(nearestRank(one.latencies, 99)),
          })),
        lagMs: ms(lag.lagMs),
        lagP99Ms: ms(lag.lagP99Ms),
        generatorLimited: late > requests / 100,
      };
    },
  };
}

/** Without the empty buckets before the first and after the last. */
function trimmed(counts: readonly number[]): readonly { ms: number; count: number }[] {
  const first = counts.findIndex((count) => count > 0);
  const last = counts.findLastIndex((count) => count > 0);
  if (first < 0) return [];
  return counts.slice(first, last + 1).map((count, index) => ({ ms: bounds[first + index] ?? 0, count }));
}

function nearestRank(values: readonly number[], percentile: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil((percentile / 100) * sorted.length) - 1)] ?? 0;
}

const ms = (value: number) => Math.round(value * 10) / 10;
