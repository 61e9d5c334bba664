import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SitewrightError } from '../../contract/errors.ts';
import { type Site, type SiteChange, siteSchema } from '../../contract/site.ts';
import { writeDurably } from '../evidence/evidence-store.ts';

/** Where each thing of a site lies. One folder holds all of it, so that copying the folder copies the site. */
export type SiteFolder = {
  readonly path: string;
  readonly site: string;
  readonly database: string;
  readonly vault: string;
  readonly evidence: string;
  readonly logs: string;
  readonly reports: string;
};

export function siteFolder(home: string, name: string): SiteFolder {
  const path = join(home, 'sites', name);
  return {
    path,
    site: join(path, 'site.json'),
    database: join(path, 'site.db'),
    vault: join(path, 'vault.json'),
    evidence: join(path, 'evidence'),
    logs: join(path, 'logs'),
    reports: join(path, 'reports'),
  };
}

/** Names of the sites under a data folder. */
export function listSites(home: string): readonly string[] {
  const folder = join(home, 'sites');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'site.json')))
    .sort();
}

/** Errors: site-not-found, site-invalid. */
export function readSite(home: string, name: string): Site {
  const { site: file } = siteFolder(home, name);
  // A name is no path: nothing outside of the data folder is ever opened.
  if (!siteSchema.shape.name.safeParse(name).success || !existsSync(file))
    throw new SitewrightError('site-not-found', { site: name, folder: home });
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new SitewrightError('site-invalid', { file, problem: 'JSON' }, { cause: error });
  }
  return parseSite(content, file);
}

/** The site checked field by field. Error: site-invalid. */
export function parseSite(content: unknown, file: string): Site {
  const parsed = siteSchema.safeParse(content);
  if (!parsed.success) {
    const problem = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
    throw new SitewrightError('site-invalid', { file, problem });
  }
  return parsed.data;
}

/** The site with some fields changed; not yet checked. `null` takes an endpoint out. */
export function changedSite(before: Site, change: SiteChange): unknown {
  const kept = Object.entries({ ...before, ...change }).filter(([, value]) => value !== null);
  return { ...Object.fromEntries(kept), project: { ...before.project, ...change.project } };
}

export function writeSite(home: string, site: Site): void {
  const folder = siteFolder(home, site.name);
  for (const path of [folder.path, folder.logs, folder.reports]) mkdirSync(path, { recursive: true, mode: 0o700 });
  writeDurably(folder.site, `${JSON.stringify(site, null, 2)}\n`);
}
