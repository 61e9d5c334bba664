import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type ErrorView, errorView } from '../../contract/errors.ts';
import type { Locale, Text } from '../../contract/text.ts';
import { type Printer, type PrintJob, printPages } from '../drivers/pdf.ts';
import { sayVerdict, type Verdict } from '../evidence/conclusion.ts';
import { writeDurably } from '../evidence/evidence-store.ts';
import type { OpenSite } from '../site/open-site.ts';
import { reportDocument } from './document.ts';
import { reportModel } from './model.ts';
import { pageMargin, reportPage } from './page.ts';

export type ReportFile = {
  readonly format: 'html' | 'json' | 'pdf';
  readonly locale: Locale | 'all';
  readonly path: string;
};

export type MadeReport = {
  readonly files: readonly ReportFile[];
  readonly verdict: Verdict;
  /** The verdict's numbers in a sentence, as on the cover. */
  readonly summary: Text;
  /** Why a PDF was not made. */
  readonly skipped: readonly ErrorView[];
};

/**
 * Writes the acceptance report of the last run into the site's folder: HTML per language, JSON once, PDF per language where
 * a browser can print it (else the reason stands in `skipped`). The same journal gives the same HTML and JSON bytes, and the
 * same PDF bytes from the same browser and fonts. Error: report-no-run.
 */
export async function makeReport(options: {
  readonly opened: OpenSite;
  readonly locales: readonly Locale[];
  readonly pdf: boolean;
  /** Prints in place of a browser of this machine. */
  readonly printer?: Printer | undefined;
}): Promise<MadeReport> {
  const model = reportModel(options.opened);
  const folder = options.opened.folder.reports;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const name = `acceptance-${model.run.id.slice(0, 8)}`;
  const json = join(folder, `${name}.json`);
  writeDurably(json, reportDocument(model));
  const files: ReportFile[] = [{ format: 'json', locale: 'all', path: json }];
  const jobs: (PrintJob & { readonly locale: Locale })[] = [];
  for (const locale of options.locales) {
    const page = join(folder, `${name}.${locale}.html`);
    const out = join(folder, `${name}.${locale}.pdf`);
    writeDurably(page, reportPage(model, locale));
    files.push({ format: 'html', locale, path: page });
    // A PDF of an earlier state must not lie beside a newer page.
    rmSync(out, { force: true });
    jobs.push({ locale, page, out, dated: model.run.finishedAt, margin: pageMargin(model, locale) });
  }
  const skipped: ErrorView[] = [];
  for (const [at, error] of (options.pdf ? await printPages(jobs, { printer: options.printer }) : []).entries()) {
    const job = jobs[at];
    if (error !== undefined) skipped.push(errorView(error));
    else if (job !== undefined) files.push({ format: 'pdf', locale: job.locale, path: job.out });
  }
  // One missing browser is one notice, however many languages were asked for.
  const reasons = skipped.filter(
    (error, at) => at === skipped.findIndex((other) => JSON.stringify(other) === JSON.stringify(error)),
  );
  return { files, verdict: model.verdict, summary: sayVerdict(model.verdict), skipped: reasons };
}
