import { Alert } from 'antd';
import type { StageView } from '../../../electron/contract/views.ts';
import { useWords } from '../../i18n/text.ts';
import { StateTag } from '../../ui/StatusTag.tsx';

/** The verdict in one line, and what blocks the way on. */
export function StageHead({ stage }: { stage: StageView }) {
  const { t, w } = useWords();
  return (
    <>
      <p className="lead">
        <StateTag state={stage.state} />
      </p>
      {stage.blockers.length > 0 && (
        <Alert
          type="error"
          showIcon
          title={t('stage.blocked')}
          description={
            <ul>
              {stage.blockers.map((blocker, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the list is replaced as a whole
                <li key={at}>{w(blocker)}</li>
              ))}
            </ul>
          }
          style={{ marginBottom: 16 }}
        />
      )}
    </>
  );
}
