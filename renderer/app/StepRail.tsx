import { text } from '../../electron/contract/text.ts';
import { useWords } from '../i18n/text.ts';
import { goTo, type PageId, useStore } from '../state/store.ts';
import { StateMark } from '../ui/StatusTag.tsx';
import { pageState, pages, stageOf } from './pages.ts';

/** The steps at the left, always visible: mark, name and state in words. Later steps are locked and say why. */
export function StepRail() {
  const { t, w } = useWords();
  const current = useStore((state) => state.page);
  const walk = useStore((state) => state.walk);
  const site = useStore((state) => state.site);
  const plan = useStore((state) => state.plan);
  const nameOf = (page: Exclude<PageId, 'start'>) =>
    page === 'review' ? t('app.step.review') : page === 'inventory' ? t('app.step.inventory') : w(text(`run.stage.${page}`));
  return (
    <nav aria-label={t('app.rail')}>
      <ol className="rail">
        {pages.map((page, at) => {
          const { state, locked } = pageState(page, { walk, site, plan });
          const stage = stageOf(page, { walk });
          const counts = stage === undefined ? 0 : Object.values(stage.counts).reduce((sum, count) => sum + count, 0);
          const words = locked ? t('app.locked') : `${t(`stage.state.${state}`)}${counts > 0 ? ` · ${counts}` : ''}`;
          return (
            <li key={page}>
              <button
                type="button"
                aria-current={page === current ? 'step' : undefined}
                aria-disabled={locked}
                onClick={() => {
                  if (!locked) goTo(page);
                }}
              >
                <StateMark state={state} />
                <span>
                  {at + 1}. {nameOf(page)}
                </span>
                <small>{words}</small>
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
