import type { StageView } from '../../electron/contract/views.ts';
import type { PageId, State } from '../state/store.ts';
import type { SitePage } from './pages.ts';

/** How the rail shows a page. */
export type PageState = { readonly state: StageView['state']; readonly locked: boolean };

/**
 * Gating as data: the inventory and the review are always open, a stage opens when the walk has reached it. A visited page
 * whose stage failed shows it without being opened.
 */
export function pageState(page: SitePage, state: Pick<State, 'walk' | 'site' | 'plan'>): PageState {
  if (page === 'review')
    return { state: state.walk !== undefined ? 'done' : 'pending', locked: (state.site?.hosts.length ?? 0) === 0 };
  const stage = stageOf(page, state);
  if (page === 'inventory') return { state: stage?.state ?? 'pending', locked: false };
  // A walk that stopped has its report too: it says how far it came.
  if (page === 'acceptance' && state.walk !== undefined && state.walk.state !== 'running')
    return { state: stage?.state ?? 'pending', locked: false };
  return {
    state: stage?.state ?? 'pending',
    locked: stage === undefined || (stage.state === 'pending' && stage.steps.length > 0) || stage.state === 'blocked',
  };
}

export function stageOf(page: PageId, state: Pick<State, 'walk'>): StageView | undefined {
  return state.walk?.stages.find((stage) => stage.id === page);
}
