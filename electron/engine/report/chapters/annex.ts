import { html, type Markup } from '../markup.ts';
import { form, table } from '../table.ts';
import type { Writer } from '../writer.ts';

/** 11 What proves the rest: journal, program, evidence. */
export function annex(writer: Writer): Markup {
  const { t, w, model, moment, section } = writer;
  const { journal, program } = model;
  const problems = journal.problems.map(({ seq, problem }) => html`<li>${seq}: ${w(problem)}</li>`);
  return html`${section('11.1', t('report.journal'))}${form(t('report.journal'), [
    [t('report.head'), html`<span class="mono">sha256:${journal.head}</span>`],
    [t('report.rows'), journal.rows],
    [t('report.key'), html`<span class="mono">${journal.key}</span>`],
    [
      t('report.proof'),
      journal.intact
        ? html`<span class="state passed">✓ ${t('report.annex.intact')}</span>`
        : html`<span class="state failed">✗ ${t('report.annex.damaged')}</span><ul>${problems}</ul>`,
    ],
  ])}<p class="note">${t('report.verify-with')} <span class="mono">sitewright journal verify --site ${model.site.name} --head ${journal.head}</span></p>
${section('11.2', t('report.program'))}${form(t('report.program'), [
  [t('report.program'), `${program.name} ${program.version}`],
  [
    t('report.catalogue'),
    html`${t('report.catalogue-count', { count: program.checks.count })} <span class="mono">sha256:${program.checks.digest}</span>`,
  ],
  [t('report.format'), model.format],
])}${section('11.3', t('report.evidence-list'))}<p class="note lead">${t('report.evidence-note')}</p>
${table(
  t('report.evidence-list'),
  [
    { head: t('report.number'), width: 15 },
    { head: t('report.content') },
    { head: t('report.bytes'), width: 18, figures: true },
    { head: t('report.time'), width: 26 },
    { head: 'SHA-256', width: 58 },
  ],
  model.evidence.map((view) => ({
    id: view.id,
    cells: [
      html`<span class="mono">${view.id}</span>`,
      w(view.title),
      view.bytes,
      html`<span class="when">${moment(view.at)}</span>`,
      html`<span class="mono">${view.sha256}</span>`,
    ],
  })),
  { kind: 'plain compact' },
)}`;
}
