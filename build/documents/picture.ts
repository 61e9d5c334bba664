import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findBrowser } from '../../electron/engine/drivers/pdf.ts';

/** The first page of an A4 report at 96 dots per inch. */
const page = { width: 794, height: 1123 } as const;
const limitMs = 60_000;

/**
 * Takes a picture of the cover of the newest report under a data folder. Returns what is wrong, undefined when the picture
 * was written.
 */
export function pictureOfReport(home: string, locale: string, out: string): string | undefined {
  const report = newestReport(home, locale);
  if (report === undefined) return `${home}: no report; make one with \`npm start -- --unattended --data <folder>\``;
  const browser = findBrowser();
  if (browser === undefined) return 'no browser of the Chromium family was found; SITEWRIGHT_BROWSER names one';
  const profile = mkdtempSync(join(tmpdir(), 'sitewright-picture-'));
  try {
    const args = [
      '--headless',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--hide-scrollbars',
      // Chromium refuses to run its sandbox as root.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      `--user-data-dir=${profile}`,
      `--window-size=${page.width},${page.height}`,
      `--screenshot=${out}`,
      pathToFileURL(report).href,
    ];
    rmSync(out, { force: true });
    const result = spawnSync(browser, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: limitMs });
    if (result.status === 0 && existsSync(out)) return undefined;
    return `the browser gave no picture (${result.signal ?? result.status})`;
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
  }
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
