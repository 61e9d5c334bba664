import type { Pool } from 'pg';

/** Upper bounds of the latency histogram in seconds. */
const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

type Series = { readonly counts: number[]; sum: number; total: number };

/** Counts of the service in the Prometheus text format. */
export type Metrics = {
  /** `route` is the pattern, never the path: identifiers would make a series each. */
  readonly request: (method: string, route: string, status: number, seconds: number) => void;
  readonly signInFailed: () => void;
  readonly text: () => string;
};

export function createMetrics(pool: Pool, cachedSessions: () => number): Metrics {
  const requests = new Map<string, number>();
  const latencies = new Map<string, Series>();
  let signInFailures = 0;

  return {
    request: (method, route, status, seconds) => {
      const labels = `method="${method}",route="${route}"`;
      const counted = `${labels},status="${status}"`;
      requests.set(counted, (requests.get(counted) ?? 0) + 1);
      let series = latencies.get(labels);
      if (!series) {
        series = { counts: bounds.map(() => 0), sum: 0, total: 0 };
        latencies.set(labels, series);
      }
      const bucket = bounds.findIndex((bound) => seconds <= bound);
      if (bucket >= 0) series.counts[bucket]! += 1;
      series.sum += seconds;
      series.total += 1;
    },
    signInFailed: () => {
      signInFailures += 1;
    },
    text: () => {
      const lines = [
        '# HELP energy_http_requests_total Requests answered.',
        '# TYPE energy_http_requests_total counter',
      ];
      for (const [labels, count] of requests) lines.push(`energy_http_requests_total{${labels}} ${count}`);
      lines.push('# HELP energy_http_request_duration_seconds Time from the request to its answer.');
      lines.push('# TYPE energy_http_request_duration_seconds histogram');
      for (const [labels, series] of latencies) lines.push(...histogram(labels, series));
      const used = pool.totalCount - pool.idleCount;
      lines.push(
        ...gauge('energy_database_pool_size', 'Connections that the pool may hold.', pool.options.max ?? 0),
        ...gauge('energy_database_pool_used', 'Connections in use.', used),
        ...gauge('energy_database_pool_idle', 'Connections open and idle.', pool.idleCount),
        ...gauge('energy_database_pool_waiting', 'Requests that wait for a connection.', pool.waitingCount),
        ...gauge('energy_sessions_cached', 'Sessions held in memory.', cachedSessions()),
        ...gauge('process_resident_memory_bytes', 'Resident memory.', process.memoryUsage.rss()),
        ...gauge('process_uptime_seconds', 'Seconds since the start.', process.uptime()),
        '# HELP energy_sign_in_failures_total Sign-ins refused.',
        '# TYPE energy_sign_in_failures_total counter',
        `energy_sign_in_failures_total ${signInFailures}`,
      );
      return `${lines.join('\n')}\n`;
    },
  };
}

function histogram(labels: string, series: Series): readonly string[] {
  const name = 'energy_http_request_duration_seconds';
  let below = 0;
  const buckets = bounds.map((bound, index) => {
    below += series.counts[index] ?? 0;
    return `${name}_bucket{${labels},le="${bound}"} ${below}`;
  });
  return [
    ...buckets,
    `${name}_bucket{${labels},le="+Inf"} ${series.total}`,
    `${name}_sum{${labels}} ${series.sum}`,
    `${name}_count{${labels}} ${series.total}`,
  ];
}

function gauge(name: string, help: string, value: number): readonly string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, `${name} ${value}`];
}
