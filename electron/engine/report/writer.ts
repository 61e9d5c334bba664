import { type Locale, say, type Text, type TextKey, type TextParams, text } from '../../contract/text.ts';
import { siteMoment } from '../site/site-time.ts';
import { sayClause } from './clauses.ts';
import { html, joined, type Markup } from './markup.ts';
import type { ReportModel } from './model.ts';
import type { ReportRecord } from './records.ts';

/** Stands where a person has not written anything. */
export const blank = '—';

/** What every chapter writes with: the model, and words in the report's language. */
export type Writer = {
  readonly model: ReportModel;
  readonly locale: Locale;
  readonly t: (key: TextKey, params?: TextParams) => string;
  readonly w: (words: Text) => string;
  /** A time as the site's clock shows it, with its offset. */
  readonly moment: (at: string | undefined) => string;
  /** The same on two lines, for narrow columns. */
  readonly when: (at: string | undefined) => Markup;
  readonly clause: (clause: string) => string;
  /** A heading of the second level under a chapter: `4.2 Images`. */
  readonly section: (number: string, words: string) => Markup;
  /** Link to evidence or a record within the report. */
  readonly link: (id: string) => Markup;
  /** The verdict of a record with its mark: never told by colour alone. */
  readonly status: (record: ReportRecord) => Markup;
};

const marks = { passed: '✓', warning: '!', failed: '✗', error: '?', 'not-applicable': '–', skipped: '–' } as const;

export function createWriter(model: ReportModel, locale: Locale): Writer {
  const t: Writer['t'] = (key, params) => say(locale, text(key, params));
  const moment: Writer['moment'] = (at) => (at === undefined ? blank : siteMoment(model.site, at));
  return {
    model,
    locale,
    t,
    w: (words) => say(locale, words),
    moment,
    when: (at) => {
      const [day, ...time] = moment(at).split(' ');
      return html`<span class="when">${day}${time.length > 0 && html`<br>${time.join(' ')}`}</span>`;
    },
    clause: (clause) => sayClause(locale, clause),
    section: (number, words) => html`<h3>${number} ${words}</h3>\n`,
    link: (id) => html`<a href="#${id}">${id}</a>`,
    status: (record) => {
      const missing = record.status === 'failed' || record.status === 'error';
      if (missing && record.waiver !== undefined && !record.mustPass) {
        return html`<span class="state waived">! ${t('run.status.waived')}</span>`;
      }
      return html`<span class="state ${record.status}">${marks[record.status]} ${t(`run.status.${record.status}`)}</span>`;
    },
  };
}

/** Long enumerations of a suite (`this; that; …`), one to a line. */
export function inLines(words: string): Markup {
  if (words.length < 48) return html`${words}`;
  return joined(words.split(/; (?=\S)/), html`<br>`);
}
