import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SitewrightError } from '../../contract/errors.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge', 'msedge', 'chrome'];

/** Printing takes seconds; a browser that needs longer hangs. */
const limitMs = 60_000;

/** A Chromium-family browser of this machine: `SITEWRIGHT_BROWSER`, PATH, or the usual places. */
export function findBrowser(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  if (environment.SITEWRIGHT_BROWSER) return existsSync(environment.SITEWRIGHT_BROWSER) ? environment.SITEWRIGHT_BROWSER : undefined;
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const inPath = (environment.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name + suffix)));
  const programs = [environment.PROGRAMFILES, environment['PROGRAMFILES(X86)'], environment.LOCALAPPDATA].filter((folder) => folder !== undefined);
  const usual = [
    ...programs.flatMap((folder) => [join(folder, 'Microsoft/Edge/Application/msedge.exe'), join(folder, 'Google/Chrome/Application/chrome.exe')]),
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ];
  return [...inPath, ...usual].find((file) => existsSync(file));
}

/** Prints an HTML file of this machine to PDF. Error: report-no-browser when none is found or it fails. */
export async function printPdf(page: string, out: string): Promise<void> {
  const browser = findBrowser();
  if (browser === undefined) throw new SitewrightError('report-no-browser');
  const profile = mkdtempSync(join(tmpdir(), 'sitewright-print-'));
  const root = process.getuid?.() === 0;
  const args = [
    '--headless',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
    '--no-pdf-header-footer',
    '--export-tagged-pdf',
    // Chromium refuses to run its sandbox as root.
    ...(root ? ['--no-sandbox'] : []),
    `--user-data-dir=${profile}`,
    `--print-to-pdf=${out}`,
    pathToFileURL(page).href,
  ];
  try {
    await new Promise<void>((resolve, reject) => {
      const child = spawn(browser, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: limitMs, killSignal: 'SIGKILL' });
      let words = '';
      child.stderr.on('data', (chunk: Buffer) => {
        words = (words + chunk.toString('utf8')).slice(-2000);
      });
      child.on('error', (error) => reject(new SitewrightError('report-no-browser', {}, { cause: error })));
      child.on('exit', (code) => (code === 0 && existsSync(out) ? resolve() : reject(new SitewrightError('report-no-browser', {}, { detail: words }))));
    });
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
  }
}
