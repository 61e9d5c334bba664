import { Empty } from 'antd';
import { text } from '../../../electron/contract/text.ts';
import type { StageId } from '../../../electron/contract/views.ts';
import { stageOf } from '../../app/pages.ts';
import { useWords } from '../../i18n/text.ts';
import { useStore } from '../../state/store.ts';
import { FindingList } from './FindingList.tsx';
import { LogPane } from './LogPane.tsx';
import { StageHead } from './StageHead.tsx';
import { StepList } from './StepList.tsx';

/** What every stage shows: verdict first, then steps, verdicts and log. */
export function StagePage({ stage: id }: { stage: StageId }) {
  const { t, w } = useWords();
  const walk = useStore((state) => state.walk);
  const stage = stageOf(id, { walk });
  return (
    <>
      <h2 className="page-title" tabIndex={-1}>
        {w(text(`run.stage.${id}`))}
      </h2>
      {stage === undefined ? (
        <Empty description={t('stage.not-started')} />
      ) : (
        <>
          <StageHead stage={stage} />
          <FindingList stage={id} />
          <StepList steps={stage.steps} />
          <LogPane />
        </>
      )}
    </>
  );
}
