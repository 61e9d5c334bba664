/** Shortest time between two notices of how far a step is, ms. */
const tellMs = 200;

/** Tells of each subject at most a few times a second; the newest state is never left untold. */
export type Notices = {
  readonly note: (subject: string) => void;
  /** What is about to be said otherwise need not be told any more. */
  readonly settle: (subject: string) => void;
};

export function createNotices(tell: (subject: string) => void): Notices {
  const told = new Map<string, number>();
  const waiting = new Map<string, NodeJS.Timeout>();
  const say = (subject: string) => {
    waiting.delete(subject);
    told.set(subject, performance.now());
    tell(subject);
  };
  return {
    note: (subject) => {
      if (waiting.has(subject)) return;
      const left = tellMs - (performance.now() - (told.get(subject) ?? Number.NEGATIVE_INFINITY));
      if (left <= 0) say(subject);
      else waiting.set(subject, setTimeout(() => say(subject), left).unref());
    },
    settle: (subject) => {
      clearTimeout(waiting.get(subject));
      waiting.delete(subject);
    },
  };
}
