import { createContext, use, useMemo } from 'react';
import type { Site } from '../../../electron/contract/site.ts';
import { useWords } from '../../i18n/text.ts';
import { keepDraft, useTyped } from '../../state/drafts.ts';
import { get, useStore } from '../../state/store.ts';
import { differs, draftOf, type InventoryDraft } from './draft.ts';
import type { Problem, Problems } from './problems.ts';

/** The inventory of the open site: as typed, or as saved where nothing was typed. */
export function useDraft(site: Site): { readonly draft: InventoryDraft; readonly dirty: boolean } {
  const typed = useTyped('inventory');
  const saved = useMemo(() => draftOf(site), [site]);
  const dirty = useUnsaved();
  return { draft: typed ?? saved, dirty };
}

/** Whether the open site's inventory has changes that are not saved: a plan is made without them. */
export function useUnsaved(): boolean {
  const site = useStore((state) => state.site);
  const typed = useTyped('inventory');
  return useMemo(() => site !== undefined && typed !== undefined && differs(typed, site), [typed, site]);
}

/** Changes the open site's draft. */
export function change(edit: (draft: InventoryDraft) => Partial<InventoryDraft>): void {
  const { site } = get();
  if (site === undefined) return;
  keepDraft('inventory', (typed) => {
    const draft = typed ?? draftOf(site);
    return { ...draft, ...edit(draft) };
  });
}

/** What the fields of the page need to know of its errors. */
export type FieldsState = {
  readonly problems: Problems;
  /** Fields that were left once: their errors are shown at once. */
  readonly touched: ReadonlySet<string>;
  /** After the first try to save, every error is shown. */
  readonly tried: boolean;
  readonly touch: (field: string) => void;
};

export const FieldsContext = createContext<FieldsState>({
  problems: new Map(),
  touched: new Set(),
  tried: false,
  touch: () => undefined,
});

/** What to show as wrong with a field now, in words. */
export function useProblem(): (field: string) => string | undefined {
  const { problems, touched, tried } = use(FieldsContext);
  const say = useProblemWords();
  return (field) => {
    const problem = tried || touched.has(field) ? problems.get(field) : undefined;
    return problem === undefined ? undefined : say(problem);
  };
}

export function useProblemWords(): (problem: Problem) => string {
  const { t, w } = useWords();
  return (problem) => (typeof problem === 'string' ? t(problem) : w(problem));
}
