import { Alert, Button, Empty, Input, Segmented, Skeleton, Typography } from 'antd';
import { useEffect, useState } from 'react';
import { isResumable } from '../../../electron/contract/views.ts';
import { useWords } from '../../i18n/text.ts';
import { beginWalk, loadPlan } from '../../state/actions.ts';
import { set, useStore } from '../../state/store.ts';
import { GoToButton } from '../../ui/GoToButton.tsx';
import { useUnsaved } from '../inventory/useDraft.ts';
import { EffectsByStage } from './EffectsByStage.tsx';
import { EffectsByTarget } from './EffectsByTarget.tsx';
import './review.css';

type View = 'target' | 'stage';

/** The bundle and every effect of the plan, per host, in words. Nothing is touched before Begin. */
export function ReviewPage() {
  const { t, w } = useWords();
  const plan = useStore((state) => state.plan);
  const bundle = useStore((state) => state.bundle);
  const walk = useStore((state) => state.walk);
  const unsaved = useUnsaved();
  const [view, setView] = useState<View>('target');
  const [loading, setLoading] = useState(false);
  const [beginning, setBeginning] = useState(false);
  const [onlyChanges, setOnlyChanges] = useState(true);

  const load = async () => {
    setLoading(true);
    await loadPlan();
    setLoading(false);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the plan is read once when the page opens
  useEffect(() => void load(), []);

  const steps = plan?.stages.flatMap((stage) => stage.steps) ?? [];
  const mutating = steps.filter((step) => step.mutates);
  const targets = new Set(mutating.map((step) => step.target));
  const running = walk?.state === 'running';
  const begin = async () => {
    setBeginning(true);
    await beginWalk();
    setBeginning(false);
  };

  return (
    <>
      <h2 className="page-title" tabIndex={-1}>
        {t('app.step.review')}
      </h2>
      <p className="lead">{t('review.lead')}</p>
      {unsaved && (
        <Alert
          type="warning"
          showIcon
          title={t('review.unsaved')}
          style={{ marginBottom: 16 }}
          action={<GoToButton page="inventory" />}
        />
      )}
      <section aria-labelledby="review-bundle" className="review-bundle">
        <h3 id="review-bundle">{t('review.bundle')}</h3>
        <Input
          aria-label={t('review.bundle.folder')}
          value={bundle}
          placeholder={t('review.bundle.folder')}
          onChange={(event) => set({ bundle: event.target.value, plan: undefined })}
          onPressEnter={() => void load()}
        />
        <Button onClick={() => void load()} loading={loading}>
          {t('review.load')}
        </Button>
        {plan !== undefined && (
          <p className="review-release">
            <strong>
              {w(plan.release.title)} {plan.release.version}
            </strong>{' '}
            <Typography.Text className="mono">{plan.release.digest}</Typography.Text>
          </p>
        )}
      </section>

      {plan === undefined ? (
        loading ? (
          <Skeleton active paragraph={{ rows: 8 }} />
        ) : (
          <Empty description={t('review.empty')} />
        )
      ) : (
        <>
          <section className="review-head" aria-label={t('review.figures')}>
            <Figure value={mutating.length} words={t('review.changes')} />
            <Figure value={targets.size} words={t('review.targets')} />
            <Figure value={steps.length - mutating.length} words={t('review.reads')} />
            <div className="review-begin">
              <Button type="primary" size="large" loading={beginning} disabled={running} onClick={() => void begin()}>
                {t('app.begin')}
              </Button>
              <span className="quiet">
                {running ? t('review.running') : walk === undefined ? t('review.untouched') : ''}
              </span>
            </div>
          </section>
          {walk !== undefined && isResumable(walk) && (
            <Alert type="info" showIcon title={t('review.unfinished')} style={{ marginBottom: 16 }} />
          )}
          <div className="review-tools">
            <Segmented<View>
              aria-label={t('review.view')}
              value={view}
              onChange={setView}
              options={[
                { value: 'target', label: t('review.by-target') },
                { value: 'stage', label: t('review.by-stage') },
              ]}
            />
            <Segmented<boolean>
              aria-label={t('review.which')}
              value={onlyChanges}
              onChange={setOnlyChanges}
              options={[
                { value: true, label: t('review.only-changes') },
                { value: false, label: t('review.everything') },
              ]}
            />
          </div>
          {view === 'target' ? (
            <EffectsByTarget plan={plan} onlyChanges={onlyChanges} />
          ) : (
            <EffectsByStage plan={plan} onlyChanges={onlyChanges} />
          )}
        </>
      )}
    </>
  );
}

function Figure({ value, words }: { value: number; words: string }) {
  return (
    <div className="review-figure">
      <b className="tabular">{value}</b>
      <span>{words}</span>
    </div>
  );
}
