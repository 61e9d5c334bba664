import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Site, siteSchema } from '../../../electron/contract/site.ts';
import { type OpenSite, openSite } from '../../../electron/engine/site/open-site.ts';
import { writeSite } from '../../../electron/engine/site/site-folder.ts';

export const passphrase = 'correct horse battery staple';

/** A folder of its own, removed with the test. */
export function temporaryFolder(test: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'sitewright-core-'));
  test.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

export function siteFile(change: Partial<Site> = {}): Site {
  const host = { name: 'app-01', address: '127.0.0.1', port: 22, user: 'root', credential: 'ssh', roles: ['worker'] };
  const base = { format: 1, name: 'plant', title: '一号站 Plant', profile: 'poc', project: {}, hosts: [host] };
  return { ...siteSchema.parse({ ...base, operator: 'Li' }), ...change };
}

/** A site in a home of its own, its vault opened. */
export function openedSite(test: TestContext): {
  readonly home: string;
  readonly opened: OpenSite;
  readonly now: () => Date;
} {
  const home = temporaryFolder(test);
  const now = () => new Date();
  writeSite(home, siteFile());
  const opened = openSite(home, 'plant', now);
  opened.unlock(passphrase);
  test.after(() => opened.close());
  return { home, opened, now };
}
