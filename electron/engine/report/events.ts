import { type Text, text, verbatim } from '../../contract/text.ts';
import { type AuditRow, runStates } from '../../contract/views.ts';
import type { JournalMark } from './records.ts';

/** Something that a person did or that happened to the run, as the journal has it. */
export type ReportEvent = { readonly seq: number; readonly at: string; readonly words: Text };

type Body = Readonly<Record<string, unknown>>;

/** Starts, resumptions, decisions and secrets shown; the steps themselves stand in the table of stages. */
export function eventsOf(rows: readonly AuditRow[], run: string): readonly ReportEvent[] {
  return rows.flatMap((row) => {
    const words = sayEvent(row, run);
    return words === undefined ? [] : [{ seq: row.seq, at: row.at, words }];
  });
}

/** Vault entries that were shown for handing over, with the last time. */
export function revealedSecrets(rows: readonly AuditRow[]): ReadonlyMap<string, string> {
  return new Map(
    rows.flatMap((row) =>
      row.kind === 'vault' && body(row).event === 'revealed' ? [[row.subject, row.at] as const] : [],
    ),
  );
}

/** The newest outcome row of each step of a run. */
export function outcomesOf(rows: readonly AuditRow[], run: string): ReadonlyMap<string, JournalMark> {
  return new Map(
    rows.flatMap((row) =>
      row.kind === 'outcome' && body(row).run === run ? [[row.subject, { seq: row.seq, hash: row.hash }] as const] : [],
    ),
  );
}

function sayEvent(row: AuditRow, run: string): Text | undefined {
  const { event, ...rest } = body(row);
  const word = (name: string) => written(rest[name]);
  const state = (name: string) => {
    const known = runStates.find((one) => one === rest[name]);
    return known === undefined ? verbatim(word(name)) : text(`run.state.${known}`);
  };
  if (row.kind === 'run' && row.subject !== run) return undefined;
  switch (`${row.kind} ${written(event)}`) {
    case 'run started':
      return text('report.event.started', { operator: word('operator') || '—', plan: word('plan').slice(0, 12) });
    case 'run resumed':
      return text('report.event.resumed', { state: state('from') });
    case 'run ended':
      return text('report.event.ended', { state: state('state') });
    case 'run abandoned':
      return text('report.event.abandoned', { state: state('from') });
    case 'run check-again':
      return text('report.event.check-again', { steps: word('steps') });
    case 'waiver added':
      return text('report.event.waiver-added', {
        id: row.subject,
        check: word('check'),
        approver: word('approver'),
        reason: word('reason'),
        expires: word('expires'),
      });
    case 'waiver removed':
      return text('report.event.waiver-removed', { id: row.subject });
    case 'acceptance added':
    case 'acceptance changed':
      return text('report.event.acceptance', { subject: row.subject });
    case 'vault set':
      return text('report.event.secret-set', { name: row.subject });
    case 'vault revealed':
      return text('report.event.secret-shown', { name: row.subject });
    case 'site created':
      return text('report.event.created', { site: row.subject });
    case 'site updated':
      return text('report.event.updated', { fields: word('fields') });
    case 'site inventory':
      return text('report.event.inventory', { hosts: word('hosts') });
    case 'site host-key':
      return text('report.event.host-key', { host: word('host'), fingerprint: word('fingerprint') });
    case 'site bundle-key':
      return text('report.event.bundle-key', { key: word('key') });
    default:
      return undefined;
  }
}

function body(row: AuditRow): Body {
  try {
    return JSON.parse(row.body) as Body;
  } catch {
    return {};
  }
}

function written(value: unknown): string {
  if (value === undefined || value === null) return '';
  return Array.isArray(value) ? value.map(String).join(', ') : String(value);
}
