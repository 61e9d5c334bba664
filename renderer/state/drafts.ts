import type { SignOffDraft } from '../steps/acceptance/draft.ts';
import type { InventoryDraft } from '../steps/inventory/draft.ts';
import { get, set, useStore } from './store.ts';

/** What pages hold as typed and not saved yet, for one site. */
export type Drafts = { readonly inventory?: InventoryDraft; readonly signOff?: SignOffDraft };

/** What was typed for the open site; undefined where nothing was. */
export function useTyped<Kind extends keyof Drafts>(kind: Kind): Drafts[Kind] {
  return useStore((state) => (state.site === undefined ? undefined : state.drafts[state.site.name]?.[kind]));
}

/** Keeps what is typed for the open site: `edit` gets what was typed before. */
export function keepDraft<Kind extends keyof Drafts>(
  kind: Kind,
  edit: (typed: Drafts[Kind]) => NonNullable<Drafts[Kind]>,
): void {
  const { site, drafts } = get();
  if (site === undefined) return;
  const typed = drafts[site.name];
  set({ drafts: { ...drafts, [site.name]: { ...typed, [kind]: edit(typed?.[kind]) } } });
}

/** Back to what is saved. With `saved`, only where nothing was typed since that draft was sent. */
export function dropDraft<Kind extends keyof Drafts>(kind: Kind, saved?: Drafts[Kind]): void {
  const { site, drafts } = get();
  if (site === undefined) return;
  const { [kind]: typed, ...others } = drafts[site.name] ?? {};
  if (saved === undefined || typed === saved) set({ drafts: { ...drafts, [site.name]: others } });
}
