import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SitewrightError } from '../contract/errors.ts';
import type { Site } from '../contract/site.ts';
import { programVersion } from '../contract/version.ts';
import type { Bundle, ReleaseBundle } from './bundle/bundle.ts';
import { demandSignature } from './bundle/manifest.ts';
import { isSameBundle, openBundle, withRelease } from './bundle/open.ts';
import type { Printer } from './drivers/pdf.ts';
import { type ScriptSource, scriptFolder } from './drivers/ssh/scripts.ts';
import { makePlan, type StoredPlan } from './plan/plan.ts';
import { openPracticeSite, type PracticeLauncher } from './practice-site.ts';
import type { LogTail } from './run/log-tail.ts';
import { resumeRun, type Session, startRun, storedWalk, wishElsewhere } from './run/session.ts';
import { rememberBundle } from './run/site-summary.ts';
import type { Walk } from './run/walk.ts';
import { type OpenSite, openSite } from './site/open-site.ts';
import { listSites, writeSite } from './site/site-folder.ts';
import { stages } from './stages/walk.ts';

export type EngineOptions = {
  /** Data folder: all sites lie under it. */
  readonly home: string;
  /** Folder of the installer scripts with their manifest. */
  readonly scripts: string;
  /** How practice servers are brought up; a host without it has no practice site. */
  readonly practice?: PracticeLauncher;
  /** Passphrase of a site's vault, when the face knows one; asked once per site. */
  readonly passphrase?: (site: string) => string | undefined;
  readonly now?: () => Date;
  /** Prints reports in place of a browser of this machine; made anew for each report. */
  readonly printer?: () => Printer;
};

/** The installer: knows neither Electron nor a window. One per process; its faces speak to it through the contract's router. */
export type Engine = {
  readonly options: EngineOptions;
  readonly now: () => Date;
  readonly info: () => { version: string; home: string; bundles: string[]; practice: boolean };
  readonly sites: () => readonly string[];
  /** Error: site-exists. */
  readonly createSite: (site: Site) => void;
  /** Opened once and kept. Error: site-not-found. */
  readonly open: (name: string) => OpenSite;
  /** Opened with its vault. Error: vault-locked. */
  readonly openUnlocked: (name: string) => OpenSite;
  /** Opened in place; kept while this engine lives and the same bundle lies there. Errors: bundle-*. */
  readonly bundle: (folders: readonly string[]) => Promise<Bundle>;
  /** Signed, and by the key that the site trusts; the first key is pinned. Errors: bundle-signature-invalid, bundle-key-not-pinned. */
  readonly trustedBundle: (site: string, folders: readonly string[]) => Promise<ReleaseBundle>;
  /** Signed; and where a site is named by the key that it trusts, as in `trustedBundle`. */
  readonly signedBundle: (folders: readonly string[], site?: string) => Promise<Bundle>;
  readonly plan: (site: string, bundle: ReleaseBundle) => StoredPlan;
  readonly start: (site: string, folders: readonly string[], planDigest: string) => Promise<Session>;
  readonly resume: (site: string, folders: readonly string[]) => Promise<Session>;
  readonly session: (site: string) => Session | undefined;
  readonly walk: (site: string) => Walk;
  readonly logTail: (site: string) => LogTail;
  /** Cancels the site's run, in this process or in another. Nothing happens where none is at work. */
  readonly cancel: (site: string) => void;
  /** Stops the run where nothing has to be done again. */
  readonly pause: (site: string) => void;
  readonly openPractice: (folder?: string) => Promise<{ site: string; folder: string }>;
  readonly closePractice: () => Promise<void>;
  /** Cancels what runs, ends the practice servers, closes every file. */
  readonly close: () => Promise<void>;
};

export function createEngine(options: EngineOptions): Engine {
  const now = options.now ?? (() => new Date());
  const home = resolve(options.home);
  const scripts: ScriptSource = scriptFolder(options.scripts);
  const opened = new Map<string, OpenSite>();
  const bundles = new Map<string, Promise<Bundle>>();
  const everOpened: Bundle[] = [];
  const sessions = new Map<string, Session>();
  /** The practice servers of this engine; being opened, or open. */
  let practice: { readonly folder: string; readonly opening: ReturnType<typeof openPracticeSite> } | undefined;

  const open = (name: string): OpenSite => {
    const known = opened.get(name);
    if (known !== undefined) return known;
    const site = openSite(home, name, now);
    opened.set(name, site);
    return site;
  };

  const openUnlocked = (name: string): OpenSite => {
    const site = open(name);
    if (!site.isUnlocked()) {
      const passphrase = options.passphrase?.(name);
      if (passphrase === undefined) throw new SitewrightError('vault-locked', { site: name });
      site.unlock(passphrase);
    }
    return site;
  };

  const bundle = async (folders: readonly string[]): Promise<Bundle> => {
    const key = folders.map((folder) => resolve(folder)).join('\n');
    const known = await bundles.get(key)?.catch(() => undefined);
    if (known !== undefined && (await isSameBundle(known, folders))) return known;
    // What was opened there before may be in use still: it ends with the engine.
    const opening = openBundle(folders);
    bundles.set(key, opening);
    const found = await opening;
    everOpened.push(found);
    return found;
  };

  const signedBundle = async (folders: readonly string[], site?: string): Promise<Bundle> => {
    const found = await bundle(folders);
    demandSignature(found.signature, folders);
    if (site !== undefined) pinKey(site, found.signature.key);
    return found;
  };

  const trustedBundle = async (name: string, folders: readonly string[]): Promise<ReleaseBundle> =>
    withRelease(await signedBundle(folders, name), folders);

  const pinKey = (name: string, key: string): void => {
    const { store } = open(name);
    const pinned = store.meta.get('bundle-key');
    if (pinned === undefined) store.meta.set('bundle-key', key);
    else if (pinned !== key) throw new SitewrightError('bundle-key-not-pinned', { key, pinned });
  };

  const keep = (name: string, session: Session): Session => {
    sessions.set(name, session);
    void session.ended.then(() => {
      if (sessions.get(name) === session) sessions.delete(name);
    });
    return session;
  };

  const stopPractice = async (): Promise<void> => {
    const started = await practice?.opening.catch(() => undefined);
    practice = undefined;
    await started?.running.stop();
  };

  const plan = (name: string, from: ReleaseBundle): StoredPlan =>
    makePlan({ site: open(name).site(), release: from.release }, stages);

  return {
    options,
    now,
    info: () => ({
      version: programVersion,
      home,
      bundles: findBundles(home),
      practice: options.practice !== undefined,
    }),
    sites: () => listSites(home),
    createSite: (site) => {
      if (listSites(home).includes(site.name)) throw new SitewrightError('site-exists', { site: site.name });
      writeSite(home, site);
    },
    open,
    openUnlocked,
    bundle,
    trustedBundle,
    signedBundle,
    plan,
    start: async (name, folders, planDigest) => {
      const from = await trustedBundle(name, folders);
      const confirmed = plan(name, from);
      if (confirmed.digest !== planDigest) throw new SitewrightError('plan-changed');
      rememberBundle(open(name), folders);
      return keep(name, startRun({ opened: openUnlocked(name), bundle: from, stages, scripts, now, plan: confirmed }));
    },
    resume: async (name, folders) => {
      const from = await trustedBundle(name, folders);
      rememberBundle(open(name), folders);
      return keep(name, resumeRun({ opened: openUnlocked(name), bundle: from, stages, scripts, now }));
    },
    session: (name) => sessions.get(name),
    cancel: (name) => {
      const session = sessions.get(name);
      if (session === undefined) wishElsewhere(open(name), 'cancel');
      else session.cancel();
    },
    pause: (name) => {
      const session = sessions.get(name);
      if (session === undefined) wishElsewhere(open(name), 'pause');
      else session.pause();
    },
    logTail: (name) => open(name).logTail,
    walk: (name) => sessions.get(name)?.walk ?? storedWalk(open(name), now),
    openPractice: async (folder) => {
      if (options.practice === undefined)
        throw new SitewrightError('practice-failed', { problem: 'not available here', log: '' });
      const at = resolve(folder ?? join(home, 'practice'));
      const launch = options.practice;
      if (practice !== undefined && practice.folder !== at) await stopPractice();
      const running = practice ?? { folder: at, opening: openPracticeSite({ home, folder: at, launch, open }) };
      practice = running;
      const forget = () => {
        if (practice === running) practice = undefined;
      };
      const started = await running.opening.catch((error: unknown) => {
        forget();
        throw error;
      });
      // Servers that ended by themselves are brought up anew when the practice site is opened the next time.
      void started.running.exited?.then(forget);
      return { site: started.opened.name, folder: at };
    },
    closePractice: stopPractice,
    close: async () => {
      for (const session of sessions.values()) session.cancel();
      await Promise.all([...sessions.values()].map((session) => session.ended));
      await stopPractice();
      for (const found of everOpened) await found.close();
      for (const site of opened.values()) site.close();
      opened.clear();
    },
  };
}

/** Folders below `bundles` of the data folder that hold a bundle. */
function findBundles(home: string): string[] {
  const folder = join(home, 'bundles');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => existsSync(join(path, 'manifest.json')))
    .sort();
}
