import { execFileSync } from 'node:child_process';
import { findBrowser } from '../../electron/engine/drivers/pdf.ts';

/**
 * A Chromium-family browser with a Chinese font for tests. On a Debian machine without one, root installs Debian's.
 * Gives its path, or why there is none; with CI=true that is an error instead.
 */
export function browserForTests(): { readonly browser: string } | { readonly skipped: string } {
  const found = findBrowser();
  if (found !== undefined) return { browser: found };
  try {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) throw new Error('install Chromium, Chrome or Edge');
    const install = () =>
      execFileSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium', 'fonts-noto-cjk'], {
        stdio: 'pipe',
        timeout: 600_000,
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      });
    try {
      install();
    } catch {
      // A new machine has no package lists yet.
      execFileSync('apt-get', ['update', '-q'], { stdio: 'pipe', timeout: 300_000 });
      install();
    }
    const installed = findBrowser();
    if (installed === undefined) throw new Error('chromium was installed and is not found');
    return { browser: installed };
  } catch (error) {
    const skipped = `no browser: ${error instanceof Error ? error.message : String(error)}`;
    if (process.env.CI === 'true') throw new Error(skipped, { cause: error });
    return { skipped };
  }
}
