import { create } from 'zustand';
import type { ErrorView } from '../../electron/contract/errors.ts';
import type { Site } from '../../electron/contract/site.ts';
import { isLocale, type Locale } from '../../electron/contract/text.ts';
import type { JudgedFinding, PlanView, SiteSummary, WalkView } from '../../electron/contract/views.ts';
import type { SitePage } from '../app/pages.ts';
import type { ThemeName } from '../app/theme.ts';
import type { Drafts } from './drafts.ts';

/** A page of the wizard: the start, or one of a site. */
export type PageId = 'start' | SitePage;

export type { SiteSummary };

/** What the desktop's keyring can do here; in a browser there is none. */
export type KeyringState = {
  /** Whether passphrases can be kept: never offered where the system would hide nothing. */
  readonly available: boolean;
  /** Sites whose passphrase is kept. */
  readonly sites: readonly string[];
};

/** A cache of the engine's truth and what only this window knows. Nothing here decides anything. */
export type State = {
  /** `refused`: the server was started anew and takes nothing from this page any more. */
  readonly connection: 'connecting' | 'open' | 'lost' | 'refused';
  readonly locale: Locale;
  readonly theme: ThemeName;
  readonly page: PageId;
  /** Pages that were open once for this site. */
  readonly visited: readonly PageId[];
  readonly sites: readonly SiteSummary[] | undefined;
  /** Whether this engine can bring up the practice site. */
  readonly canPractise: boolean;
  readonly siteName: string | undefined;
  readonly site: Site | undefined;
  /** What was typed and not saved yet, by site; it outlives a change of page, site or language. */
  readonly drafts: Readonly<Record<string, Drafts>>;
  /** Names of the vault's entries; undefined until they were asked for. */
  readonly vault: readonly string[] | 'locked' | undefined;
  /** Whether the site's vault is open in the engine. */
  readonly locked: boolean;
  readonly keyring: KeyringState;
  /** Folders of the release bundle, as typed. */
  readonly bundle: string;
  readonly plan: PlanView | undefined;
  readonly walk: WalkView | undefined;
  readonly findings: readonly JudgedFinding[];
  /** The newest failed call, shown until it is closed. */
  readonly error: ErrorView | undefined;
  /** Whether the log stands open at the bottom of the stage pages; remembered. */
  readonly logOpen: boolean;
  /** Whether the overview of the whole walk is shown. */
  readonly overviewOpen: boolean;
};

const remembered = <T>(name: string, valid: (value: string) => T | undefined, otherwise: T): T => {
  const value = localStorage.getItem(`sitewright.${name}`);
  return value === null ? otherwise : (valid(value) ?? otherwise);
};

export const useStore = create<State>(() => ({
  connection: 'connecting',
  locale: remembered(
    'locale',
    (value) => (isLocale(value) ? value : undefined),
    navigator.language.startsWith('en') ? 'en-US' : 'zh-CN',
  ),
  theme: remembered(
    'theme',
    (value) => (value === 'light' || value === 'dark' ? value : undefined),
    matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light',
  ),
  page: 'start',
  visited: [],
  sites: undefined,
  canPractise: false,
  siteName: undefined,
  site: undefined,
  drafts: {},
  vault: undefined,
  locked: false,
  keyring: { available: false, sites: [] },
  bundle: '',
  plan: undefined,
  walk: undefined,
  findings: [],
  error: undefined,
  logOpen: remembered('log', (value) => value === 'open', false),
  overviewOpen: false,
}));

export const set = useStore.setState;
export const get = useStore.getState;

/** Language and theme are kept for the next start. */
export function setLocale(locale: Locale): void {
  localStorage.setItem('sitewright.locale', locale);
  set({ locale });
}

export function setTheme(theme: ThemeName): void {
  localStorage.setItem('sitewright.theme', theme);
  set({ theme });
}

export function setLogOpen(logOpen: boolean): void {
  localStorage.setItem('sitewright.log', logOpen ? 'open' : 'closed');
  set({ logOpen });
}

export function goTo(page: PageId): void {
  set((state) => ({ page, visited: state.visited.includes(page) ? state.visited : [...state.visited, page] }));
}
