import { LockOutlined } from '@ant-design/icons';
import type { StageView } from '../../electron/contract/views.ts';
import { useWords } from '../i18n/text.ts';
import { goTo, useStore } from '../state/store.ts';
import { markOfState } from '../ui/StatusTag.tsx';
import { Brand } from './Brand.tsx';
import { usePageName } from './page-name.ts';
import { pageState, stageOf } from './page-state.ts';
import { pages } from './pages.ts';
import './rail.css';
import { RailRelease } from './RailRelease.tsx';

/** The steps at the left, always visible: mark, name and state in words. Later steps are locked and say why. */
export function StepRail() {
  const { t } = useWords();
  const nameOf = usePageName();
  const current = useStore((state) => state.page);
  const walk = useStore((state) => state.walk);
  const site = useStore((state) => state.site);
  const plan = useStore((state) => state.plan);
  return (
    <nav aria-label={t('app.rail')} className="rail-side">
      <Brand />
      <ol className="rail">
        {pages.map((page, at) => {
          const { state, locked } = pageState(page, { walk, site, plan });
          const stage = stageOf(page, { walk });
          const words = locked ? t('app.locked') : wordsOf(state, stage, t);
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
                <span className={`rail-mark rail-${locked ? 'locked' : state}`} aria-hidden="true">
                  {locked ? <LockOutlined /> : state === 'pending' ? '' : markOfState(state)}
                </span>
                <span>
                  {at + 1}. {nameOf(page)}
                </span>
                <small>{words}</small>
              </button>
            </li>
          );
        })}
      </ol>
      <RailRelease />
    </nav>
  );
}

/** The state in words, with how far a running stage is or what is worst in it. */
function wordsOf(state: StageView['state'], stage: StageView | undefined, t: ReturnType<typeof useWords>['t']): string {
  const word = t(`stage.state.${state === 'warning' ? 'done' : state}`);
  if (stage === undefined) return word;
  if (stage.state === 'running') return `${word} · ${Math.floor(stage.progress * 100)} %`;
  const failed = (stage.counts.failed ?? 0) + (stage.counts.error ?? 0);
  const warning = stage.counts.warning ?? 0;
  const passed = stage.counts.passed ?? 0;
  if (failed > 0)
    return state === 'failed'
      ? t('stage.rail.failed', { count: failed })
      : `${word} · ${t('stage.rail.failed', { count: failed })}`;
  if (warning > 0) return `${word} · ${t('stage.rail.warning', { count: warning })}`;
  return passed > 0 ? `${word} · ${t('stage.rail.passed', { count: passed })}` : word;
}
