import { html, joined, type Markup } from '../markup.ts';
import { table } from '../table.ts';
import { blank, type Writer } from '../writer.ts';

/** 7 What is not as it should be, with level, owner and due date; what closes it is written in by hand. */
export function deviations({ t, w, link, model }: Writer): Markup {
  if (model.deviations.length === 0) return html`<p>${t('report.no-deviations')}</p>\n`;
  const rows = model.deviations.map((deviation) => {
    const { waiver, owner, level, note, expected, withdrawn } = deviation;
    const due = note.due ?? waiver?.expires;
    const found = deviation.found.map(
      ({ record, subject, actual }) => html`${link(record)} ${subject}: <b>${w(actual)}</b>`,
    );
    return {
      id: deviation.number,
      cells: [
        html`<span class="mono">${deviation.number}</span>`,
        html`<b>${w(deviation.title)}</b>${found.length > 0 && html`<br>${joined(found, html`<br>`)}`}${
          expected && html`<br><span class="quiet">${t('report.expected-was', { expected: w(expected) })}</span>`
        }${withdrawn && html`<br>${t('report.withdrawn', { reason: withdrawn })}`}${
          waiver &&
          html`<br>${t('report.waived', { reason: waiver.reason, approver: waiver.approver, expires: waiver.expires })}`
        }`,
        html`<span class="state ${level}">${t(`report.level.${level}`)}</span>`,
        deviation.fix ? w(deviation.fix) : blank,
        html`${note.owner}${note.owner && owner && html`<br>`}${owner && t(`report.${owner}`)}${
          owner &&
          !note.owner &&
          model.site.project[owner] &&
          html`<br><span class="quiet">${model.site.project[owner]}</span>`
        }`,
        due ?? (level === 'observation' ? t('report.to-agree') : t('report.before-acceptance')),
        note.closing
          ? html`${note.closing}${note.closed && html`<br>${t('report.closed-on', { day: note.closed })}`}`
          : t('report.to-fill'),
      ],
    };
  });
  return html`${table(
    t('report.chapter.deviations'),
    [
      { head: t('report.number'), width: 14 },
      { head: t('report.content') },
      { head: t('report.level'), width: 23 },
      { head: t('report.measure'), width: 35 },
      { head: t('report.owner'), width: 24 },
      { head: t('report.due'), width: 20 },
      { head: t('report.closing'), width: 20 },
    ],
    rows,
  )}<p class="note">${t('report.owner-note')}</p>
`;
}
