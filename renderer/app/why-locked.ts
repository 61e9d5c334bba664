import { type Text, text } from '../../electron/contract/text.ts';
import type { StageView } from '../../electron/contract/views.ts';
import type { useWords } from '../i18n/text.ts';
import type { State } from '../state/store.ts';
import { pageState } from './page-state.ts';
import { pages, type SitePage } from './pages.ts';

/** Why a page cannot be opened: one sentence, and each thing that stands in the way. */
export type Reason = { readonly words: string; readonly items: readonly Text[] };

/** The reason in words; undefined when the page is open. */
export function whyLocked(
  page: SitePage,
  state: Pick<State, 'walk' | 'site' | 'plan'>,
  { t, w }: Pick<ReturnType<typeof useWords>, 't' | 'w'>,
): Reason | undefined {
  if (!pageState(page, state).locked) return undefined;
  const only = (words: string): Reason => ({ words, items: [] });
  if (page === 'review') return only(t('stage.locked.hosts'));
  if (state.walk === undefined) return only(t('stage.locked.begin'));
  const before = state.walk.stages.filter((stage) => pages.indexOf(stage.id) < pages.indexOf(page));
  const name = (stage: StageView) => w(text(`run.stage.${stage.id}`));
  const blocked = before.find((stage) => stage.blockers.length > 0);
  if (blocked !== undefined)
    return { words: t('stage.locked.blocked', { page: name(blocked) }), items: blocked.blockers };
  const failed = before.find((stage) => stage.steps.some((step) => step.state === 'failed'));
  const problem = failed?.steps.find((step) => step.error !== undefined)?.error;
  if (failed !== undefined && problem !== undefined)
    return {
      words: t('stage.locked.failed', { page: name(failed), problem: w(problem.message) }),
      items: [problem.next],
    };
  const unfinished = before.find((stage) => stage.state !== 'done' && stage.state !== 'warning');
  if (unfinished === undefined) return only(t('app.locked'));
  if (state.walk.state === 'running')
    return only(t('stage.locked.running', { page: name(unfinished), percent: Math.floor(unfinished.progress * 100) }));
  return only(t('stage.locked.stopped', { page: name(unfinished) }));
}
