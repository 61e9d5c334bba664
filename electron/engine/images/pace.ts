/** How many transfers go on at a time: falls on setbacks, rises again as transfers succeed. */
export type Pace = {
  readonly limit: () => number;
  readonly setback: () => void;
  /** Runs every item; the first error ends the rest: what is under way may end, nothing new is begun. */
  readonly each: <T>(items: readonly T[], work: (item: T) => Promise<void>) => Promise<void>;
};

export function createPace(most: number): Pace {
  let limit = Math.max(1, most);
  let successes = 0;
  return {
    limit: () => limit,
    setback: () => {
      limit = Math.max(1, Math.floor(limit / 2));
      successes = 0;
    },
    each: async (items, work) => {
      const queue = [...items];
      const errors: unknown[] = [];
      const active = new Set<Promise<void>>();
      while ((queue.length > 0 && errors.length === 0) || active.size > 0) {
        while (active.size < limit && errors.length === 0) {
          const item = queue.shift();
          if (item === undefined) break;
          const one: Promise<void> = work(item)
            .then(
              () => {
                successes += 1;
                if (successes >= limit && limit < most) {
                  limit += 1;
                  successes = 0;
                }
              },
              (error: unknown) => void errors.push(error),
            )
            .finally(() => active.delete(one));
          active.add(one);
        }
        if (active.size > 0) await Promise.race(active);
      }
      if (errors.length > 0) throw errors[0];
    },
  };
}
