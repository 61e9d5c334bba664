import type { Locale, TextKey } from '../../contract/text.ts';
import { annex } from './chapters/annex.ts';
import { conclusion, handover, signatures } from './chapters/closing.ts';
import { cover } from './chapters/cover.ts';
import { deviations } from './chapters/deviations.ts';
import { inventory } from './chapters/inventory.ts';
import { deploymentLog } from './chapters/log.ts';
import { basis, conditions, project } from './chapters/project.ts';
import { tests } from './chapters/tests.ts';
import { html, type Markup } from './markup.ts';
import type { ReportModel } from './model.ts';
import { reportStyle } from './style.ts';
import { blank, createWriter, type Writer } from './writer.ts';

/** The chapters in their order; a chapter's number is its place. */
const chapters: readonly { readonly title: TextKey; readonly write: (writer: Writer) => Markup }[] = [
  { title: 'report.chapter.project', write: project },
  { title: 'report.chapter.basis', write: basis },
  { title: 'report.chapter.conditions', write: conditions },
  { title: 'report.chapter.inventory', write: inventory },
  { title: 'report.chapter.log', write: deploymentLog },
  { title: 'report.chapter.tests', write: tests },
  { title: 'report.chapter.deviations', write: deviations },
  { title: 'report.chapter.handover', write: handover },
  { title: 'report.chapter.conclusion', write: conclusion },
  { title: 'report.chapter.signatures', write: signatures },
  { title: 'report.chapter.annex', write: annex },
];

/** What stands in the margin of every printed page. `page` holds `{page}` and `{pages}`. */
export type PageMargin = { readonly left: string; readonly mark: string; readonly page: string };

export function pageMargin(model: ReportModel, locale: Locale): PageMargin {
  const { t } = createWriter(model, locale);
  const { document, revision } = model.site.project;
  return {
    left: t('report.document-revision', { document: document || blank, revision }),
    mark: model.site.practice ? t('report.practice') : '',
    page: t('report.page'),
  };
}

/** The report as one HTML file that needs nothing else, loads nothing and runs nothing. */
export function reportPage(model: ReportModel, locale: Locale): string {
  const writer = createWriter(model, locale);
  const { t } = writer;
  const contents = chapters.map(
    ({ title }, at) => html`<li><a href="#chapter-${at + 1}">${at + 1} ${t(title)}</a></li>`,
  );
  const body = html`${model.site.practice && html`<p class="banner" role="note"><b>${t('report.practice')}</b> ${t('report.practice-note')}</p>\n`}<main>
${cover(writer)}
<nav aria-label="${t('report.contents')}"><h2 class="plain-heading">${t('report.contents')}</h2><ol>${contents}</ol></nav>
${chapters.map(({ title, write }, at) => html`<section aria-labelledby="chapter-${at + 1}"><h2 id="chapter-${at + 1}">${at + 1} ${t(title)}</h2>\n${write(writer)}</section>\n`)}</main>`;
  const head = html`<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${t('report.title')} · ${model.site.title}</title>`;
  return `<!doctype html>
<html lang="${locale}"><head>${head.html}<style>${reportStyle(pageMargin(model, locale))}</style></head><body>${body.html}</body></html>
`;
}
