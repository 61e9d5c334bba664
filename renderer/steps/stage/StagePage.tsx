import { Empty } from 'antd';
import { text } from '../../../electron/contract/text.ts';
import type { StageId } from '../../../electron/contract/views.ts';
import { stageOf } from '../../app/page-state.ts';
import { useWords } from '../../i18n/text.ts';
import { useStore } from '../../state/store.ts';
import { useTones } from '../../ui/tones.ts';
import { FindingList } from './FindingList.tsx';
import { LogPane } from './LogPane.tsx';
import { StagePanel } from './panels/StagePanel.tsx';
import { StageHead } from './StageHead.tsx';
import { StepList } from './StepList.tsx';

/** What every stage shows: verdict first, then its own picture, verdicts, steps, and the log at the bottom. */
export function StagePage({ stage: id }: { stage: StageId }) {
  const { t, w } = useWords();
  const tones = useTones();
  const walk = useStore((state) => state.walk);
  const stage = stageOf(id, { walk });
  return (
    <div className="stage" style={tones}>
      <h2 className="page-title" tabIndex={-1}>
        {w(text(`run.stage.${id}`))}
      </h2>
      {stage === undefined ? (
        <Empty
          description={
            <>
              <div>{t('stage.not-started')}</div>
              <div className="quiet">{t('stage.not-started.hint')}</div>
            </>
          }
        />
      ) : (
        <>
          <StageHead stage={stage} />
          <StagePanel stage={stage} />
          <FindingList stage={id} />
          <StepList steps={stage.steps} />
          <LogPane />
        </>
      )}
    </div>
  );
}
