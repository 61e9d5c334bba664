import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
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

/** What prints: a browser of this machine, or the desktop's own. */
export type Printer = {
  /** Major version of its Chromium. */
  readonly major: () => Promise<number>;
  /** Loads an HTML file. */
  readonly open: (page: string) => Promise<PrinterPage>;
  /** Ends it; never rejects. */
  readonly close: () => Promise<void>;
};

/** One loaded page of a printer. */
export type PrinterPage = {
  /** Value of an expression in the page, awaited. */
  readonly evaluate: (expression: string) => Promise<unknown>;
  /** The page as PDF; options as of the DevTools protocol's Page.printToPDF. */
  readonly pdf: (options: object) => Promise<Buffer>;
  readonly close: () => Promise<void>;
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
  options: {
    readonly environment?: NodeJS.ProcessEnv;
    readonly fonts?: PrintFonts | undefined;
    /** The host's own printer, in place of a browser of this machine. */
    readonly printer?: Printer | undefined;
  } = {},
): Promise<readonly (SitewrightError | undefined)[]> {
  if (jobs.length === 0) return [];
  const printer = options.printer ?? browserPrinter(options.environment);
  if (printer === undefined) return jobs.map(() => new SitewrightError('report-no-browser'));
  const fonts = 'fonts' in options ? options.fonts : bundledFonts();
  const results: (SitewrightError | undefined)[] = [];
  try {
    for (const job of jobs) results.push(await print(printer, job, fonts).then(() => undefined, asExpected));
  } finally {
    await printer.close();
  }
  return results;
}

function browserPrinter(environment: NodeJS.ProcessEnv | undefined): Printer | undefined {
  const program = findBrowser(environment);
  if (program === undefined) return undefined;
  const browser = startBrowser(program, limitMs, environment);
  return {
    major: async () => {
      const { product } = await browser.send<{ product: string }>('Browser.getVersion');
      return Number(/\/(\d+)/.exec(product)?.[1] ?? 0);
    },
    open: (page) => openPage(browser, page),
    close: browser.close,
  };
}

async function openPage(browser: Browser, page: string): Promise<PrinterPage> {
  const { targetId } = await browser.send<{ targetId: string }>('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await browser.send<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true });
  await browser.send('Page.enable', {}, sessionId);
  const loaded = browser.next('Page.loadEventFired', sessionId);
  await Promise.all([browser.send('Page.navigate', { url: pathToFileURL(page).href }, sessionId), loaded]);
  return {
    evaluate: async (expression) => {
      const parameters = { expression, awaitPromise: true, returnByValue: true };
      const { result } = await browser.send<{ result: { value?: unknown } }>('Runtime.evaluate', parameters, sessionId);
      return result.value;
    },
    pdf: async (options) =>
      Buffer.from((await browser.send<{ data: string }>('Page.printToPDF', options, sessionId)).data, 'base64'),
    close: async () => {
      await browser.send('Target.closeTarget', { targetId }).catch(() => undefined);
    },
  };
}

const fontFiles = ['NotoSansSC_400Regular.ttf', 'NotoSansSC_700Bold.ttf'] as const;

/** Noto Sans SC as it comes along: beside the packed wizard, or as the package of that name where that is installed. */
export function bundledFonts(): PrintFonts | undefined {
  const beside = fontFiles.map((file) => join(import.meta.dirname, '..', 'renderer', 'fonts', file));
  return fontsIn(beside) ?? fontsIn(installedFonts());
}

function installedFonts(): readonly string[] {
  const { resolve } = createRequire(import.meta.url);
  try {
    return fontFiles.map((file) => resolve(`@expo-google-fonts/noto-sans-sc/${file.slice(11, -4)}/${file}`));
  } catch {
    return [];
  }
}

function fontsIn([regular, bold]: readonly string[]): PrintFonts | undefined {
  if (regular === undefined || bold === undefined) return undefined;
  return existsSync(regular) && existsSync(bold) ? { regular, bold } : undefined;
}

async function print(printer: Printer, job: PrintJob, fonts: PrintFonts | undefined): Promise<void> {
  const page = await printer.open(job.page);
  try {
    if (fonts !== undefined) await addFonts(page, fonts);
    if ((await page.evaluate(showsBoxes)) !== false) throw new SitewrightError('report-no-font', { page: job.page });
    const older = (await printer.major()) < marginBoxesSince;
    const pdf = await page.pdf({
      preferCSSPageSize: true,
      printBackground: true,
      generateTaggedPDF: true,
      generateDocumentOutline: true,
      ...(older && { displayHeaderFooter: true, ...marginTemplates(job.margin) }),
    });
    writeDurably(job.out, withPlainCharacters(numbered(dated(pdf, job.dated))));
  } finally {
    await page.close();
  }
}

/**
 * What of a font is handed to a page at once, bytes: a whole one would cost several times its ten megabytes on both sides, and
 * strings that are larger than these live longer than they are needed.
 */
const fontPieceBytes = 72 * 1024;
/** Pieces on their way at a time. */
const fontPieces = 8;

/** Fonts as bytes: a page that may load nothing can still be given them. */
async function addFonts(page: PrinterPage, fonts: PrintFonts): Promise<void> {
  for (const [weight, file] of [
    ['400', fonts.regular],
    ['700', fonts.bold],
  ] as const) {
    const bytes = readFileSync(file);
    await page.evaluate(`globalThis.font = new Uint8Array(${bytes.length}), undefined`);
    const give = (from: number) =>
      page.evaluate(`{
        const text = atob('${bytes.subarray(from, from + fontPieceBytes).toString('base64')}');
        for (let at = 0; at < text.length; at += 1) font[${from} + at] = text.charCodeAt(at);
      }`);
    for (let from = 0; from < bytes.length; ) {
      const given: Promise<unknown>[] = [];
      for (; given.length < fontPieces && from < bytes.length; from += fontPieceBytes) given.push(give(from));
      await Promise.all(given);
    }
    await page.evaluate(`(async () => {
      document.fonts.add(await new FontFace('Noto Sans SC', font, { weight: '${weight}' }).load());
      delete globalThis.font;
    })()`);
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

/**
 * The same PDF with its structure's ids counted from one: the browser counts every node that its page ever had, and that is
 * not the same each time. The length of each id stays, so that every offset in the file holds.
 */
function numbered(pdf: Buffer): Buffer {
  const words = pdf.toString('latin1');
  const ids = [...new Set([...words.matchAll(/\(node(\d{8})\)/g)].map(([, id]) => id!))].sort();
  const ranks = new Map(ids.map((id, at) => [id, String(at + 1).padStart(8, '0')]));
  return Buffer.from(
    words.replace(/\(node(\d{8})\)/g, (_whole, id: string) => `(node${ranks.get(id)})`),
    'latin1',
  );
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
