import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type ErrorView, errorView } from '../../contract/errors.ts';
import type { Locale } from '../../contract/text.ts';
import { printPdf } from '../drivers/pdf.ts';
import { canonicalJson } from '../evidence/canonical.ts';
import type { Conclusion } from '../evidence/conclusion.ts';
import { writeDurably } from '../evidence/evidence-store.ts';
import type { OpenSite } from '../site/open-site.ts';
import { reportModel } from './model.ts';
import { reportPage } from './page.ts';

export type ReportFile = { readonly format: 'html' | 'json' | 'pdf'; readonly locale: Locale | 'all'; readonly path: string };

/**
 * Writes the acceptance report of the last run into the site's folder: HTML per language, JSON once, PDF per language where
 * a browser can print it (else the reason stands in `skipped`). The same journal gives the same HTML and JSON bytes.
 */
export async function makeReport(options: {
  readonly opened: OpenSite;
  readonly locales: readonly Locale[];
  readonly pdf: boolean;
  readonly now: () => Date;
}): Promise<{ readonly files: readonly ReportFile[]; readonly conclusion: Conclusion; readonly skipped: readonly ErrorView[] }> {
  const model = reportModel(options.opened, options.now);
  const folder = options.opened.folder.reports;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const name = `acceptance-${model.run.id.slice(0, 8)}`;
  const json = join(folder, `${name}.json`);
  writeDurably(json, `${JSON.stringify(JSON.parse(canonicalJson(model)), null, 2)}\n`);
  const files: ReportFile[] = [{ format: 'json', locale: 'all', path: json }];
  const skipped: ErrorView[] = [];
  for (const locale of options.locales) {
    const page = join(folder, `${name}.${locale}.html`);
    writeDurably(page, reportPage(model, locale));
    files.push({ format: 'html', locale, path: page });
    if (!options.pdf || skipped.length > 0) continue;
    const pdf = join(folder, `${name}.${locale}.pdf`);
    try {
      await printPdf(page, pdf);
      files.push({ format: 'pdf', locale, path: pdf });
    } catch (error) {
      skipped.push(errorView(error));
    }
  }
  return { files, conclusion: model.verdict.conclusion, skipped };
}
