/** When requests are due, from the rate alone: whatever the answers do, the schedule does not move. */
export type Schedule = {
  /** Requests in the whole run, warm-up included. */
  readonly count: number;
  /** Of them, how many come first and are not counted. */
  readonly warmUp: number;
  /** Milliseconds from the start at which a request is due. */
  readonly dueAt: (index: number) => number;
};

/**
 * An even schedule: one request each 1/rate seconds, or `burst` of them at the same instant each burst/rate seconds.
 */
export function openLoop(load: {
  readonly rate: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly burst?: number;
}): Schedule {
  const burst = load.burst ?? 1;
  const interval = (1_000 * burst) / load.rate;
  const bursts = (seconds: number) => Math.round((seconds * 1_000) / interval);
  const warmUp = bursts(load.warmUpSeconds) * burst;
  return {
    count: warmUp + Math.max(1, bursts(load.seconds)) * burst,
    warmUp,
    dueAt: (index) => Math.floor(index / burst) * interval,
  };
}
