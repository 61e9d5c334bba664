// Draws build/icons/icon.png from icon.svg, once the drawing has changed; needs a browser of the Chromium family.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { findBrowser } from '../electron/engine/drivers/browser.ts';

const folder = fileURLToPath(new URL('./icons', import.meta.url));
const program = findBrowser();
if (program === undefined) throw new Error('no browser of the Chromium family was found; SITEWRIGHT_BROWSER names one');
const profile = mkdtempSync(join(tmpdir(), 'sitewright-icon-'));
try {
  const drawing = pathToFileURL(join(folder, 'icon.svg')).href;
  execFileSync(
    program,
    [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--default-background-color=00000000'],
      ...[`--user-data-dir=${profile}`, '--window-size=1024,1024', `--screenshot=${join(folder, 'icon.png')}`, drawing],
    ],
    { stdio: 'pipe', timeout: 60_000 },
  );
} finally {
  rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
}
