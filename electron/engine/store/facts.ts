import type { Json } from '../plan/step.ts';

/** What was read from the world, kept with time and hash: judged again without asking again, and compared with the last visit. */
export type Facts = {
  /** Newest fact of a subject (host or endpoint name) under a name, e.g. `collected`. */
  readonly get: (subject: string, name: string) => Json | undefined;
  readonly put: (subject: string, name: string, value: Json) => void;
  readonly subjects: (name: string) => readonly string[];
};
