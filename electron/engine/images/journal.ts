import { z } from 'zod';
import type { UploadSession } from '../drivers/registry/client.ts';
import type { Json } from '../plan/step.ts';

const abilitySchema = z.object({
  /** What of an upload survives a cut: every byte, whole acknowledged requests, or nothing. */
  resumes: z.enum(['bytes', 'requests', 'nothing']),
  /** Largest body of one request that gets through, bytes; absent where there is no limit that is known. */
  bodyLimit: z.number().optional(),
});
/** What was found out about uploads to one registry over one path. */
export type UploadAbility = z.infer<typeof abilitySchema>;

const stateSchema = z.object({
  ability: abilitySchema.optional(),
  sessions: z.record(z.string(), z.object({ location: z.string(), offset: z.number() })),
});

/** What a push must know again after a kill. Written before it counts: a session is in it before its first byte leaves. */
export type PushJournal = {
  readonly ability: () => UploadAbility | undefined;
  readonly learn: (ability: UploadAbility) => void;
  readonly session: (repository: string, digest: string) => UploadSession | undefined;
  readonly keep: (repository: string, digest: string, session: UploadSession) => void;
  readonly forget: (repository: string, digest: string) => void;
  /** Every session that is still open, as left by this or an earlier attempt. */
  readonly open: () => readonly {
    readonly repository: string;
    readonly digest: string;
    readonly session: UploadSession;
  }[];
};

/** A journal over any place that keeps one JSON value durably. What does not read as a journal is an empty one. */
export function createPushJournal(place: {
  readonly load: () => Json | undefined;
  readonly save: (state: Json) => void;
}) {
  const read = stateSchema.safeParse(place.load());
  let ability = read.data?.ability;
  const sessions = new Map(Object.entries(read.data?.sessions ?? {}));
  const save = () => place.save({ ...(ability && { ability }), sessions: Object.fromEntries(sessions) } as Json);
  const key = (repository: string, digest: string) => `${repository}@${digest}`;
  const journal: PushJournal = {
    ability: () => ability,
    learn: (found) => {
      ability = found;
      save();
    },
    session: (repository, digest) => sessions.get(key(repository, digest)),
    keep: (repository, digest, { location, offset }) => {
      sessions.set(key(repository, digest), { location, offset });
      save();
    },
    forget: (repository, digest) => {
      if (sessions.delete(key(repository, digest))) save();
    },
    open: () =>
      [...sessions].map(([name, session]) => {
        const at = name.lastIndexOf('@');
        return { repository: name.slice(0, at), digest: name.slice(at + 1), session };
      }),
  };
  return journal;
}
