import { canonicalJson, sha256 } from '../evidence/canonical.ts';
import { maskValue } from '../evidence/mask.ts';
import type { Json } from '../plan/step.ts';
import type { SiteDatabase } from './database.ts';

/** What was read from the world, kept with time and hash: judged again without asking again, and compared with the last visit. */
export type Facts = {
  /** Newest fact of a subject (host or endpoint name) under a name, e.g. `collected`. */
  readonly get: (subject: string, name: string) => Json | undefined;
  readonly put: (subject: string, name: string, value: Json) => void;
  readonly subjects: (name: string) => readonly string[];
};

/** Facts in the site's database; `mask` removes known secrets before anything is stored. */
export function createFacts(database: SiteDatabase, now: () => Date, mask: (words: string) => string): Facts {
  const select = database.prepare('SELECT value FROM fact WHERE subject = ? AND name = ?');
  const upsert = database.prepare(
    `INSERT INTO fact (subject, name, at, sha256, value) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (subject, name) DO UPDATE SET at = excluded.at, sha256 = excluded.sha256, value = excluded.value`,
  );
  const subjects = database.prepare('SELECT subject FROM fact WHERE name = ? ORDER BY subject').pluck();
  return {
    get: (subject, name) => {
      const row = select.get(subject, name) as { value: string } | undefined;
      return row === undefined ? undefined : (JSON.parse(row.value) as Json);
    },
    put: (subject, name, value) => {
      const content = canonicalJson(maskValue(value, mask));
      upsert.run(subject, name, now().toISOString(), sha256(content), content);
    },
    subjects: (name) => subjects.all(name) as string[],
  };
}
