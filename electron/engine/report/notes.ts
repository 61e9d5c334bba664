import { randomUUID } from 'node:crypto';
import {
  type DeviationChange,
  type DeviationNote,
  deviationNoteSchema,
  type OwnDeviation,
  ownDeviationSchema,
  type SignOff,
  signOffSchema,
} from '../../contract/acceptance.ts';
import { SitewrightError } from '../../contract/errors.ts';
import { text } from '../../contract/text.ts';
import type { AuditRow } from '../../contract/views.ts';
import { listAudit } from '../evidence/audit.ts';
import { maskValue } from '../evidence/mask.ts';
import type { Json } from '../plan/step.ts';
import type { OpenSite } from '../site/open-site.ts';
import type { Deviation } from './deviations.ts';

/**
 * What people wrote into the acceptance record. It stands in the journal alone, each change as a row with everything that is
 * true from then on: nothing is lost, and the same journal gives the same report.
 */
export type Notes = {
  readonly deviations: ReadonlyMap<string, DeviationNote>;
  readonly own: readonly OwnDeviation[];
  readonly signOff: SignOff;
};

/** Kind of the rows, and the subject of those about the signing. */
const kind = 'acceptance';
const signing = 'sign-off';

/** Reads the notes out of the journal; a row that cannot be read is as if it were not there, and the chain tells. */
export function notesOf(rows: readonly AuditRow[]): Notes {
  const deviations = new Map<string, DeviationNote>();
  const own = new Map<string, OwnDeviation>();
  let signOff = signOffSchema.parse({});
  for (const row of rows) {
    if (row.kind !== kind) continue;
    const { event: _event, ...value } = JSON.parse(row.body) as Record<string, unknown>;
    if (row.subject === signing) signOff = signOffSchema.safeParse(value).data ?? signOff;
    else if (row.subject.startsWith('O-')) {
      const read = ownDeviationSchema.safeParse({ ...value, id: row.subject });
      if (read.success) own.set(row.subject, read.data);
    } else {
      const read = deviationNoteSchema.safeParse(value);
      if (read.success) deviations.set(row.subject, read.data);
    }
  }
  return { deviations, own: [...own.values()], signOff };
}

/**
 * Writes a change to one deviation into the journal. Errors: deviation-unknown, deviation-invalid (closed without proof, a due day
 * in the past, a new one without title); nothing is written then.
 */
export function changeDeviation(
  opened: OpenSite,
  { id, ...change }: DeviationChange,
  known: readonly Deviation[],
  today: string,
): void {
  const notes = notesOf(listAudit(opened.store.database));
  const before = id?.startsWith('O-') ? notes.own.find((one) => one.id === id) : notes.deviations.get(id ?? '');
  const isNew = id === undefined;
  if (!isNew && before === undefined && !known.some((one) => one.id === id))
    throw new SitewrightError('deviation-unknown', { id });
  const { vault, audit } = opened.unlocked();
  const merged = saidOf({ ...before, ...maskValue(change, vault.mask) });
  const invalid = (field: string) =>
    new SitewrightError('deviation-invalid', { id: id ?? text('run.deviation.new'), field });
  if (change.due !== undefined && change.due !== '' && change.due < today) throw invalid('due');
  if (merged.closed !== undefined && merged.closing === undefined) throw invalid('closing');
  const isOwn = isNew || id.startsWith('O-');
  const subject = id ?? `O-${randomUUID().slice(0, 8)}`;
  const read = isOwn ? ownDeviationSchema.safeParse({ ...merged, id: subject }) : deviationNoteSchema.safeParse(merged);
  if (!read.success) throw invalid(String(read.error.issues[0]?.path[0] ?? read.error.issues[0]?.code));
  audit.append(kind, subject, { event: isNew ? 'added' : 'changed', ...saidOf(read.data) });
}

/** What a row says of its subject: not its id, and no empty words, which take a value away. */
function saidOf(value: Readonly<Record<string, unknown>>): Record<string, Json> {
  const said = Object.entries(value).filter(([name, one]) => name !== 'id' && one !== '' && one !== undefined);
  return Object.fromEntries(said) as Record<string, Json>;
}

/** Writes who signs and what was handed over, as a whole. */
export function changeSignOff(opened: OpenSite, signOff: SignOff): void {
  const { vault, audit } = opened.unlocked();
  audit.append(kind, signing, { event: 'changed', ...maskValue(signOff, vault.mask) });
}
