import type { ErrorView } from '../../electron/contract/errors.ts';
import { attempt, loadSites, openSite, outcome, resumeWalk } from './actions.ts';
import { wantsPassphrase } from './client.ts';
import { get, set } from './store.ts';

/** What a new site starts with; everything else is filled in on its inventory page. */
export type NewSite = {
  readonly name: string;
  readonly title: string;
  readonly profile: 'poc' | 'production';
  readonly customer: string;
  /** Makes the site's vault; it is kept nowhere. */
  readonly passphrase: string;
};

/** Makes a site with its vault and opens it. Gives what went wrong, if something did. */
export async function createSite({
  name,
  title,
  profile,
  customer,
  passphrase,
}: NewSite): Promise<ErrorView | undefined> {
  const project = {
    customer,
    contractor: '',
    supervisor: '',
    contract: '',
    place: '',
    document: '',
    revision: 'A',
    phase: 'initial' as const,
  };
  const made = await outcome((client) =>
    client.site.create({ name, title, profile, project, hosts: [], parameters: {} }),
  );
  if (made.error !== undefined) return made.error;
  const unlocked = await outcome((client) => client.vault.unlock({ site: name, passphrase }));
  await loadSites();
  if (unlocked.error === undefined) await openSite(name);
  return unlocked.error;
}

/** Whether the site's vault is open; undefined when that could not be found out, which is shown. */
export async function isUnlocked(site: string): Promise<boolean | undefined> {
  const { error } = await outcome((client) => client.vault.list({ site }));
  if (error === undefined) return true;
  if (wantsPassphrase(error)) return false;
  set({ error });
  return undefined;
}

export async function unlock(site: string, passphrase: string): Promise<ErrorView | undefined> {
  return (await outcome((client) => client.vault.unlock({ site, passphrase }))).error;
}

/** Gives a stopped walk up for good. */
export async function abandonWalk(site: string): Promise<void> {
  await attempt((client) => client.walk.abandon({ site }));
  await loadSites();
}

/** Brings up the practice servers, if they are not up; a failure is shown. */
export async function startPractice(): Promise<string | undefined> {
  return (await attempt((client) => client.practice.open({})))?.site;
}

/** Opens a site and goes on with its walk, with the bundle that it was last carried out with. */
export async function resumeSite(site: string): Promise<void> {
  await openSite(site);
  if (get().siteName === site) await resumeWalk();
}
