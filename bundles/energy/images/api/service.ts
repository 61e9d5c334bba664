import type { Pool } from 'pg';
import type { Log } from '../common/log.ts';
import type { Parameters } from '../common/parameters.ts';
import type { Metrics } from './metrics.ts';
import type { Sessions } from './sessions.ts';

/** What the routes share. */
export type Service = {
  readonly pool: Pool;
  readonly sessions: Sessions;
  readonly metrics: Metrics;
  readonly parameters: Parameters;
  readonly log: Log;
  /** True from SIGTERM on: not ready any more, but still answering. */
  readonly draining: () => boolean;
};
