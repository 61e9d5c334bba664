import { isLatencyChart, latencyFigure } from '../chart.ts';
import { html, joined, type Markup } from '../markup.ts';
import {
  isAboutHost,
  needsAttention,
  type Qualification,
  qualifications,
  type ReportRecord,
  type Tally,
} from '../records.ts';
import { table } from '../table.ts';
import { blank, inLines, type Writer } from '../writer.ts';

/** Longer values are lists of figures: in bold they would shout. */
const boldUpTo = 100;

/** 6 Test records: every measured value stands here, with the evidence behind it. */
export function tests(writer: Writer): Markup {
  const { t, model, section } = writer;
  const part = (qualification: Qualification, at: number) => {
    const records = model.records.filter((record) => record.qualification === qualification);
    const heading = section(`6.${at + 1}`, t(`report.qualification.${qualification}`));
    if (records.length === 0) return html`${heading}<p>${t('report.not-tested')}</p>\n`;
    return html`${heading}${qualification === 'IQ' ? installation(writer, records) : fullTable(writer, records, t(`report.qualification.${qualification}`))}${charts(writer, records)}`;
  };
  return html`<div class="tiles">${model.tallies.map((tally) => tile(writer, tally))}</div>
<p class="note">${t('report.records-note', { operator: model.run.operator || blank })}</p>
${qualifications.map(part)}`;
}

function tile({ t }: Writer, tally: Tally): Markup {
  const good = tally.passed + tally.warnings;
  return html`<div><span>${t(`report.qualification.${tally.qualification}`)}</span><b>${tally.total === 0 ? blank : `${good} / ${tally.total}`}</b></div>`;
}

/** Hundreds of records: what needs attention, then host by host in brief, then what was installed. */
function installation(writer: Writer, records: readonly ReportRecord[]): Markup {
  const { t, w, model } = writer;
  const hosts = model.hosts.map((host) => host.name);
  const attention = records.filter(needsAttention);
  const calm = records.filter((record) => !needsAttention(record));
  const others = Map.groupBy(
    calm.filter((record) => !isAboutHost(record, hosts)),
    (record) => record.stage,
  );
  const stages = model.stages.flatMap((stage) => {
    const own = others.get(stage.id);
    return own === undefined ? [] : [html`<h4>${w(stage.title)}</h4>\n${fullTable(writer, own, w(stage.title))}`];
  });
  return html`${attention.length > 0 && html`<h4>${t('report.attention')}</h4>\n${fullTable(writer, attention, t('report.attention'))}`}${hosts.map(
    (host) =>
      hostTable(
        writer,
        host,
        calm.filter((record) => record.subject === host && isAboutHost(record, hosts)),
      ),
  )}${stages}`;
}

function hostTable(writer: Writer, host: string, records: readonly ReportRecord[]): Markup {
  const { t, w, clause, status, moment } = writer;
  if (records.length === 0) return html``;
  const shown = records.filter((record) => record.status === 'passed');
  const rest = records.filter((record) => record.status !== 'passed');
  const times = records.map((record) => record.at).sort();
  const sources = joined(
    [...new Map(records.map((record) => [sourcesOf(writer, record, 12).html, 0])).keys()].map((source) => ({
      html: source,
    })),
    html`, `,
  );
  const name = t('report.host-checks', { host });
  return html`<h4>${name}</h4>
<p class="note lead">${t('report.host-note', { passed: shown.length, rest: rest.length, at: moment(times[0]) })} ${sources}</p>
${table(
  name,
  [
    { head: t('report.number'), width: 14 },
    { head: t('report.clause'), width: 27 },
    { head: t('report.item'), width: 36 },
    { head: t('report.expected'), width: 44 },
    { head: t('report.actual') },
    { head: t('report.verdict-word'), width: 17 },
  ],
  shown.map((record) => ({
    id: record.number,
    cells: [
      html`<span class="mono">${record.number}</span>`,
      clause(record.clause),
      w(record.title),
      w(record.expected),
      measured(writer, record),
      status(record),
    ],
  })),
  { kind: 'plain compact' },
)}${rest.length > 0 && html`<p class="note">${notApplicable(writer, rest)}</p>\n`}`;
}

/** `Not applicable: swappiness, THP (this host is no database)`. */
function notApplicable({ t, w }: Writer, records: readonly ReportRecord[]): string {
  const groups = Map.groupBy(records, (record) => (record.why ? w(record.why) : w(record.actual)));
  const list = [...groups].map(([why, group]) =>
    t('report.with-reason', {
      list: group.map((record) => `${record.number} ${w(record.title)}`).join(t('report.list')),
      why,
    }),
  );
  return t('report.not-applicable', { list: list.join('; ') });
}

function fullTable(writer: Writer, records: readonly ReportRecord[], name: string): Markup {
  const { t, w, clause, status, when } = writer;
  // Chinese words are short; English ones would break within.
  const narrow = writer.locale === 'zh-CN';
  return table(
    name,
    [
      { head: t('report.number'), width: 14 },
      { head: t('report.clause'), width: narrow ? 19 : 24 },
      { head: t('report.item'), width: narrow ? 26 : 27 },
      { head: t('report.expected'), width: narrow ? 42 : 36 },
      { head: t('report.actual') },
      { head: t('report.verdict-word'), width: narrow ? 15 : 19 },
      { head: t('report.evidence-time'), width: 24 },
    ],
    records.map((record) => ({
      id: record.number,
      cells: [
        html`<span class="mono">${record.number}</span>`,
        html`<span class="clause">${clause(record.clause)}</span>`,
        html`${w(record.title)}<br><span class="quiet">${record.subject}</span>`,
        inLines(w(record.expected)),
        html`${measured(writer, record)}${record.why && record.status !== 'passed' && html`<br><span class="quiet">${w(record.why)}</span>`}`,
        status(record),
        html`${sourcesOf(writer, record, 8)}<br>${when(record.at)}`,
      ],
    })),
  );
}

function measured({ w }: Writer, record: ReportRecord): Markup {
  const words = w(record.actual);
  return words.length <= boldUpTo ? html`<b>${inLines(words)}</b>` : inLines(words);
}

/** Evidence by id and the beginning of its SHA-256; without any, the journal's row that vouches for the record. */
function sourcesOf({ model, link }: Writer, record: ReportRecord, digits: number): Markup {
  if (record.evidence.length > 0) {
    const views = record.evidence.map((id) => {
      const sha256 = model.evidence.find((view) => view.id === id)?.sha256 ?? '';
      return html`<span class="source">${link(id)} <span class="mono">${sha256.slice(0, digits)}…</span></span>`;
    });
    return joined(views, html` `);
  }
  if (record.journal === undefined) return html`${blank}`;
  return html`<span class="source">J-${record.journal.seq} <span class="mono">${record.journal.hash.slice(0, digits)}…</span></span>`;
}

/** A figure for each load test. */
function charts({ t, w, model }: Writer, records: readonly ReportRecord[]): Markup {
  const drawn = model.records.filter((record) => isLatencyChart(record.chart));
  const figures = records.flatMap((record) => {
    if (!isLatencyChart(record.chart)) return [];
    const number = `6-${drawn.indexOf(record) + 1}`;
    const title = t('report.figure', { number, record: record.number, title: w(record.title) });
    return [latencyFigure(record.chart, title, t)];
  });
  return html`${figures}`;
}
