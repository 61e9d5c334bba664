import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { SitewrightError } from '../../contract/errors.ts';
import { writeDurably } from '../evidence/evidence-store.ts';
import { type Browser, findBrowser, startBrowser } from './browser.ts';
import { withPlainCharacters } from './pdf-text.ts';

export { findBrowser };

/** A page of this machine to print. */
export type PrintJob = {
  /** HTML file. */
  readonly page: string;
  readonly out: string;
  /** What the PDF says about its making, ISO 8601: not the time of printing, so that the same page gives the same bytes. */
  readonly dated: string;
  /** Margin of every page for browsers that know no page margin boxes. `page` holds `{page}` and `{pages}`. */
  readonly margin: { readonly left: string; readonly mark: string; readonly page: string };
};

/** Chinese TrueType fonts that come along; without them the machine's own are used. */
export type PrintFonts = { readonly regular: string; readonly bold: string };

/** Printing takes seconds; a browser that needs longer hangs. */
const limitMs = 60_000;

/** First Chromium with page margin boxes and counters. */
const marginBoxesSince = 131;

/**
 * Prints pages to PDF with one start of a browser: tagged, with an outline. Gives, for each page, why it was not printed:
 * report-no-browser, report-no-font (Chinese characters would be boxes), report-print-failed; undefined when it was.
 */
export async function printPages(
  jobs: readonly PrintJob[],
  options: { readonly environment?: NodeJS.ProcessEnv; readonly fonts?: PrintFonts | undefined } = {},
): Promise<readonly (SitewrightError | undefined)[]> {
  if (jobs.length === 0) return [];
  const program = findBrowser(options.environment);
  if (program === undefined) return jobs.map(() => new SitewrightError('report-no-browser'));
  const fonts = 'fonts' in options ? options.fonts : bundledFonts();
  const browser = startBrowser(program, limitMs, options.environment);
  const results: (SitewrightError | undefined)[] = [];
  try {
    for (const job of jobs) results.push(await print(browser, job, fonts).then(() => undefined, asExpected));
  } finally {
    await browser.close();
  }
  return results;
}

/** Noto Sans SC as the package of that name brings it, where it is installed. */
export function bundledFonts(): PrintFonts | undefined {
  const { resolve } = createRequire(import.meta.url);
  try {
    const [regular, bold] = ['400Regular/NotoSansSC_400Regular.ttf', '700Bold/NotoSansSC_700Bold.ttf'].map((file) =>
      resolve(`@expo-google-fonts/noto-sans-sc/${file}`),
    ) as [string, string];
    return existsSync(regular) && existsSync(bold) ? { regular, bold } : undefined;
  } catch {
    return undefined;
  }
}

async function print(browser: Browser, job: PrintJob, fonts: PrintFonts | undefined): Promise<void> {
  const { targetId } = await browser.send<{ targetId: string }>('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await browser.send<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true });
  try {
    await browser.send('Page.enable', {}, sessionId);
    const loaded = browser.next('Page.loadEventFired', sessionId);
    await Promise.all([browser.send('Page.navigate', { url: pathToFileURL(job.page).href }, sessionId), loaded]);
    if (fonts !== undefined) await addFonts(browser, sessionId, fonts);
    const { result } = await browser.send<{ result: { value: unknown } }>(
      'Runtime.evaluate',
      { expression: showsBoxes, returnByValue: true },
      sessionId,
    );
    if (result.value !== false) throw new SitewrightError('report-no-font', { page: job.page });
    const { product } = await browser.send<{ product: string }>('Browser.getVersion');
    const older = Number(/\/(\d+)/.exec(product)?.[1] ?? 0) < marginBoxesSince;
    const { data } = await browser.send<{ data: string }>(
      'Page.printToPDF',
      {
        preferCSSPageSize: true,
        printBackground: true,
        generateTaggedPDF: true,
        generateDocumentOutline: true,
        ...(older && { displayHeaderFooter: true, ...marginTemplates(job.margin) }),
      },
      sessionId,
    );
    writeDurably(job.out, withPlainCharacters(dated(Buffer.from(data, 'base64'), job.dated)));
  } finally {
    await browser.send('Target.closeTarget', { targetId }).catch(() => undefined);
  }
}

/** Fonts as bytes: a page that may load nothing can still be given them. */
async function addFonts(browser: Browser, session: string, fonts: PrintFonts): Promise<void> {
  for (const [weight, file] of [
    ['400', fonts.regular],
    ['700', fonts.bold],
  ] as const) {
    const expression = `(async () => {
      const bytes = Uint8Array.from(atob(${JSON.stringify(readFileSync(file).toString('base64'))}), (one) => one.charCodeAt(0));
      document.fonts.add(await new FontFace('Noto Sans SC', bytes, { weight: '${weight}' }).load());
    })()`;
    await browser.send('Runtime.evaluate', { expression, awaitPromise: true }, session);
  }
}

/** Whether the page has Chinese characters that this machine draws as one and the same box. */
const showsBoxes = `(() => {
  const found = [...new Set(document.body.textContent.match(/\\p{Script=Han}/gu) ?? [])].slice(0, 12);
  if (found.length < 2) return false;
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 48;
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  pen.font = '40px ' + getComputedStyle(document.body).fontFamily;
  pen.textBaseline = 'top';
  const drawn = found.map((one) => {
    pen.clearRect(0, 0, 48, 48);
    pen.fillText(one, 2, 2);
    return pen.getImageData(0, 0, 48, 48).data.join();
  });
  return new Set(drawn).size === 1;
})()`;

/** Header and footer of a printed page as browsers before page margin boxes take them. */
function marginTemplates(margin: PrintJob['margin']): {
  readonly headerTemplate: string;
  readonly footerTemplate: string;
} {
  const words = (content: string) => content.replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);
  const page = margin.page
    .split(/(\{pages?\})/)
    .map(
      (part) =>
        ({ '{page}': '<span class="pageNumber"></span>', '{pages}': '<span class="totalPages"></span>' })[part] ??
        words(part),
    )
    .join('');
  const line = (content: string) =>
    `<div style="width:100%;margin:0 15mm;font-size:8pt;color:#445;display:flex;justify-content:space-between">${content}</div>`;
  return {
    headerTemplate: line(`<span></span><b style="color:#8f4100">${words(margin.mark)}</b>`),
    footerTemplate: line(`<span>${words(margin.left)}</span><span>${page}</span>`),
  };
}

/** The dates in the PDF's information replaced by a given one of the same length, so that no offset in the file moves. */
function dated(pdf: Buffer, at: string): Buffer {
  const digits = new Date(at).toISOString().replace(/\D/g, '').slice(0, 14);
  const words = pdf.toString('latin1').replace(/(\/(?:CreationDate|ModDate) \(D:)\d{14}/g, `$1${digits}`);
  return Buffer.from(words, 'latin1');
}

/** A bug stays a bug; what a browser may do becomes a result. */
function asExpected(error: unknown): SitewrightError {
  if (error instanceof SitewrightError) return error;
  throw error;
}
