import { useMemo } from 'react';
import type { JudgedFinding, StageView } from '../../../../electron/contract/views.ts';
import { useWords } from '../../../i18n/text.ts';
import { ratesOf } from '../../../state/transfers.ts';
import { amount, bytes } from '../../../ui/figures.ts';
import { Panel } from '../../../ui/Panel.tsx';
import { ImageTable } from './ImageTable.tsx';
import { imagesOf, type PushRecord, pushStepOf } from './images.ts';
import { PushProgress } from './PushProgress.tsx';
import { RateChart } from './RateChart.tsx';
import { usePushRecord } from './usePushRecord.ts';
import '../../../ui/cards.css';
import '../../../ui/facts.css';

/** The push as a whole, image by image, with its rate over time; afterwards what it moved and what was proven. */
export function ImagePanel({ stage, findings }: { stage: StageView; findings: readonly JudgedFinding[] }) {
  const { t } = useWords();
  const push = pushStepOf(stage);
  const record = usePushRecord(push);
  const images = useMemo(() => imagesOf(stage, findings), [stage, findings]);
  if (push === undefined) return null;
  return (
    <>
      <PushProgress stage={stage} push={push} />
      <div className="cards wide-first">
        <ImageTable images={images} />
        {push.state === 'running' && push.transfer !== undefined ? (
          <Panel title={t('stage.rate.title')}>
            <RateChart step={push.id} unit="bytes" done={push.transfer.sent ?? push.transfer.done} />
          </Panel>
        ) : (
          record !== undefined && <Moved record={record} step={push.id} />
        )}
      </div>
    </>
  );
}

function Moved({ record, step }: { record: PushRecord; step: string }) {
  const { t } = useWords();
  const facts = [
    [t('stage.push.bytes'), bytes(record.bytesSent)],
    [t('stage.push.rate'), t('stage.rate', { rate: amount(record.bytesSent / record.seconds, 'bytes') })],
    [t('stage.push.uploaded'), String(record.uploaded)],
    [t('stage.push.mounted'), String(record.mounted)],
    [t('stage.push.present'), String(record.present)],
  ] as const;
  return (
    <Panel
      title={t('stage.push')}
      flush
      extra={<span className="quiet tabular">{t('stage.seconds', { seconds: record.seconds.toFixed(1) })}</span>}
    >
      <ul className="facts">
        {facts.map(([name, value]) => (
          <li key={name}>
            <span className="quiet">{name}</span>
            <span className="tabular">{value}</span>
          </li>
        ))}
      </ul>
      {ratesOf(step).length > 1 && (
        <div className="panel-body">
          <RateChart step={step} unit="bytes" done={record.bytesSent} />
        </div>
      )}
    </Panel>
  );
}
