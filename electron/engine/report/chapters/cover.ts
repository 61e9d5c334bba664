import { sayVerdict } from '../../evidence/conclusion.ts';
import { html, type Markup } from '../markup.ts';
import { blank, type Writer } from '../writer.ts';

/** The cover: who and what, the verdict beside the audit head, room for the signatures. */
export function cover(writer: Writer): Markup {
  const { t, w, model, moment, locale } = writer;
  const { project } = model.site;
  const rows: readonly (readonly [string, string])[] = [
    [t('report.customer'), project.customer],
    [t('report.contractor'), project.contractor],
    [t('report.supervisor'), project.supervisor],
    [t('report.contract'), project.contract],
    [
      t('report.document'),
      t('report.document-revision', { document: project.document || blank, revision: project.revision }),
    ],
    [t('report.period'), t('report.from-to', { from: moment(model.run.startedAt), to: moment(model.run.finishedAt) })],
  ];
  const subtitle = [
    `${w(model.release.title)} ${model.release.version}`,
    model.site.title,
    t(`report.phase.${project.phase}`),
  ];
  return html`<section class="cover"><div class="kicker"><span>SITEWRIGHT${locale === 'zh-CN' && ' 驻场工匠'}</span></div>
<h1>${t('report.title')}</h1><p class="sub">${subtitle.join(' · ')}</p>
<dl class="meta">${rows.map(([term, value]) => html`<dt>${term}</dt><dd>${value || blank}</dd>\n`)}<dt>${t('report.head')}</dt><dd><span class="mono">sha256:${model.journal.head}</span><br>${t('report.head-rows', { rows: model.journal.rows, key: model.journal.key })}</dd></dl>
${verdictBox(writer)}
<div class="sign" role="group" aria-label="${t('report.chapter.signatures')}"><div>${t('report.sign.customer')}</div><div>${t('report.sign.contractor')}</div><div>${t('report.sign.supervisor')}</div></div></section>
`;
}

/** The conclusion in a word, and the numbers behind it. */
export function verdictBox({ t, w, model }: Writer): Markup {
  const { verdict, deviations } = model;
  const marks = { passed: '✓', conditional: '!', failed: '✗' } as const;
  return html`<div class="verdict ${verdict.conclusion}"><b>${marks[verdict.conclusion]} ${t(`report.conclusion.${verdict.conclusion}`)}</b><p>${w(sayVerdict(verdict))} ${deviations.length > 0 && t('report.see-deviations', { count: deviations.length })}</p></div>
`;
}
