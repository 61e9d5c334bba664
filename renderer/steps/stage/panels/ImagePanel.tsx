import { useMemo } from 'react';
import type { JudgedFinding, StageView } from '../../../../electron/contract/views.ts';
import { useWords } from '../../../i18n/text.ts';
import { useEvidenceWords } from '../../../state/evidence.ts';
import { ratesOf } from '../../../state/transfers.ts';
import { amount, bytes } from '../../../ui/figures.ts';
import { Panel } from '../../../ui/Panel.tsx';
import { FindingPill, StatePill } from '../../../ui/StatusTag.tsx';
import { imagesOf, type PushRecord, pushStepOf, sizeIn } from './images.ts';
import { RateChart } from './RateChart.tsx';
import { TransferProgress } from './TransferProgress.tsx';
import { usePushRecord } from './usePushRecord.ts';
import '../../../ui/table.css';
import '../../../ui/cards.css';
import '../../../ui/facts.css';

/** The push as a whole, image by image, with its rate over time; afterwards what it moved and what was proven. */
export function ImagePanel({ stage, findings }: { stage: StageView; findings: readonly JudgedFinding[] }) {
  const { t } = useWords();
  const push = pushStepOf(stage);
  const record = usePushRecord(push);
  const images = useMemo(() => imagesOf(stage, findings), [stage, findings]);
  const pages = useEvidenceWords(images.flatMap((image) => image.finding?.evidence.slice(-1) ?? []));
  if (push === undefined) return null;
  return (
    <>
      {push.state === 'running' && push.transfer !== undefined && <TransferProgress step={push} />}
      <div className="cards wide-first">
        <Panel
          title={t('stage.images')}
          flush
          extra={
            <span className="quiet tabular">
              {t('stage.images.proven', {
                done: images.filter((image) => image.finding?.status === 'passed').length,
                total: images.length,
              })}
            </span>
          }
        >
          <div className="scroll-x">
            <table className="plain">
              <thead>
                <tr>
                  <th scope="col">{t('stage.image')}</th>
                  <th scope="col">{t('stage.digest')}</th>
                  <th scope="col" className="number">
                    {t('stage.size')}
                  </th>
                  <th scope="col">{t('stage.state')}</th>
                </tr>
              </thead>
              <tbody>
                {images.map((image) => {
                  const size = sizeIn(pages.get(image.finding?.evidence.at(-1) ?? ''));
                  return (
                    <tr key={image.name}>
                      <th scope="row">{image.name}</th>
                      <td className="mono">{image.digest}</td>
                      <td className="number tabular">{size === undefined ? '–' : bytes(size)}</td>
                      <td>
                        {image.finding !== undefined ? (
                          <FindingPill status={image.finding.status} />
                        ) : (
                          <StatePill state={push.state === 'done' ? image.state : push.state} />
                        )}
                      </td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
        </Panel>
        {push.state === 'running' && push.transfer !== undefined ? (
          <Panel title={t('stage.rate.title')}>
            <RateChart step={push.id} unit="bytes" done={push.transfer.done} />
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
