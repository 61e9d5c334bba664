import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, findBrowser, startBrowser } from '../../electron/engine/drivers/browser.ts';

/** The upper part of an A4 sheet at 96 dots per inch, and the room around each of the two. */
const sheet = { width: 794, height: 980, gap: 24 } as const;
/** The picture is for a page that people scroll past: smaller than the sheets, so that the file stays small, too. In quarters, as is scrolled. */
const scale = 0.75;
const limitMs = 60_000;

/**
 * Takes a picture of the newest report under a data folder: its cover, and beside it the chapter of an anchor. Returns what is
 * wrong, undefined when the picture was written.
 */
export async function pictureOfReport(options: {
  readonly home: string;
  readonly locale: string;
  readonly chapter: string;
  readonly out: string;
}): Promise<string | undefined> {
  const { home, locale, chapter, out } = options;
  const report = newestReport(home, locale);
  if (report === undefined) return `${home}: no report; make one with \`npm start -- --unattended --data <folder>\``;
  const program = findBrowser();
  if (program === undefined) return 'no browser of the Chromium family was found; SITEWRIGHT_BROWSER names one';
  const folder = mkdtempSync(join(tmpdir(), 'sitewright-picture-'));
  const browser = startBrowser(program, limitMs);
  try {
    const page = join(folder, 'sheets.html');
    const address = pathToFileURL(report).href;
    writeFileSync(page, sheets([address, `${address}#${chapter}`]));
    writeFileSync(out, await shot(browser, pathToFileURL(page).href));
    return undefined;
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/**
 * Scrolls a chapter's heading below the banner that stays on top of a practice report. By whole pixels of the picture, so that
 * nothing shines through beside the banner.
 */
const scrollToChapter = `addEventListener('load', () => {
  const chapter = document.querySelector(':target');
  if (chapter === null) return;
  const above = (document.querySelector('.banner')?.offsetHeight ?? 0) + 20;
  const top = scrollY + chapter.getBoundingClientRect().top - above;
  scrollTo({ top: Math.floor(top / 4) * 4, behavior: 'instant' });
});`;

async function shot(browser: Browser, address: string): Promise<Buffer> {
  const { targetId } = await browser.send<{ targetId: string }>('Target.createTarget', { url: 'about:blank' });
  const attached = await browser.send<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true });
  const session = attached.sessionId;
  const size = { width: 2 * sheet.width + 3 * sheet.gap, height: sheet.height + 2 * sheet.gap };
  await browser.send(
    'Emulation.setDeviceMetricsOverride',
    { ...size, deviceScaleFactor: scale, mobile: false },
    session,
  );
  await browser.send('Page.enable', {}, session);
  await browser.send('Page.addScriptToEvaluateOnNewDocument', { source: scrollToChapter }, session);
  const loaded = browser.next('Page.loadEventFired', session);
  await Promise.all([browser.send('Page.navigate', { url: address }, session), loaded]);
  const { data } = await browser.send<{ data: string }>('Page.captureScreenshot', { format: 'png' }, session);
  return Buffer.from(data, 'base64');
}

/** A page that lays two sheets side by side. */
function sheets(addresses: readonly string[]): string {
  const { width, height, gap } = sheet;
  const frames = addresses.map((address) => `<iframe src="${address}" scrolling="no"></iframe>`).join('');
  return `<!doctype html><meta charset="utf-8"><style>
body { margin: 0; padding: ${gap}px; display: flex; gap: ${gap}px; background: #d5dbe3 }
iframe { width: ${width}px; height: ${height}px; border: 0; background: #fff; box-shadow: 0 2px 10px #0004 }
</style>${frames}`;
}

function newestReport(home: string, locale: string): string | undefined {
  const sites = join(home, 'sites');
  if (!existsSync(sites)) return undefined;
  const files = readdirSync(sites)
    .map((site) => join(sites, site, 'reports'))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .filter((file) => file.endsWith(`.${locale}.html`));
  const age = (file: string) => statSync(file).mtimeMs;
  return files.sort((one, other) => age(other) - age(one))[0];
}
