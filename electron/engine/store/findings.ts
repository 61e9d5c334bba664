import type { Finding } from '../../contract/views.ts';
import type { SiteDatabase } from './database.ts';

/** A finding with the step that recorded it. */
export type StoredFinding = { readonly step: string; readonly finding: Finding };

/** Verdicts of a run; a later verdict of the same check and subject replaces the earlier one. */
export type Findings = {
  readonly put: (run: string, step: string, finding: Finding) => void;
  readonly list: (run: string) => readonly StoredFinding[];
  /** What one step recorded, replaced or not: the audit vouches for exactly this. */
  readonly ofStep: (run: string, step: string) => readonly Finding[];
  /** Steps that recorded anything in a run. */
  readonly steps: (run: string) => readonly string[];
  /** Forgets what a step recorded, before it is carried out again. */
  readonly clear: (run: string, step: string) => void;
};

export function createFindings(database: SiteDatabase): Findings {
  const upsert = database.prepare(
    `INSERT INTO finding (run, check_id, subject, stage, step, body) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (run, step, check_id, subject) DO UPDATE SET body = excluded.body`,
  );
  const select = database.prepare('SELECT step, check_id, subject, body FROM finding WHERE run = ? ORDER BY rowid');
  const ofStep = database.prepare('SELECT body FROM finding WHERE run = ? AND step = ? ORDER BY rowid').pluck();
  const steps = database.prepare('SELECT DISTINCT step FROM finding WHERE run = ? ORDER BY step').pluck();
  const remove = database.prepare('DELETE FROM finding WHERE run = ? AND step = ?');
  return {
    put: (run, step, finding) =>
      void upsert.run(run, finding.check, finding.subject, finding.stage, step, JSON.stringify(finding)),
    list: (run) => {
      const newest = new Map<string, StoredFinding>();
      for (const row of select.all(run) as { step: string; check_id: string; subject: string; body: string }[]) {
        newest.set(`${row.check_id}\n${row.subject}`, { step: row.step, finding: JSON.parse(row.body) as Finding });
      }
      return [...newest.values()];
    },
    ofStep: (run, step) => (ofStep.all(run, step) as string[]).map((body) => JSON.parse(body) as Finding),
    steps: (run) => steps.all(run) as string[],
    clear: (run, step) => void remove.run(run, step),
  };
}
