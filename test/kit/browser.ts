import { findBrowser } from '../../electron/engine/drivers/pdf.ts';
import { installDebianPackages } from './debian.ts';

/**
 * A Chromium-family browser with a Chinese font for tests. On a Debian machine without one, root installs Debian's.
 * Gives its path, or why there is none; with CI=true that is an error instead.
 */
export function browserForTests(): { readonly browser: string } | { readonly skipped: string } {
  const found = findBrowser();
  if (found !== undefined) return { browser: found };
  try {
    if (process.platform !== 'linux') throw new Error('install Chromium, Chrome or Edge');
    installDebianPackages(['chromium', 'fonts-noto-cjk']);
    const installed = findBrowser();
    if (installed === undefined) throw new Error('chromium was installed and is not found');
    return { browser: installed };
  } catch (error) {
    const skipped = `no browser: ${error instanceof Error ? error.message : String(error)}`;
    if (process.env.CI === 'true') throw new Error(skipped, { cause: error });
    return { skipped };
  }
}
