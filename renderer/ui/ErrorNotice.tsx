import { Alert } from 'antd';
import type { ErrorView } from '../../electron/contract/errors.ts';
import { errorMenders } from '../app/menders.ts';
import { useWords } from '../i18n/text.ts';
import { useStore } from '../state/store.ts';
import { GoToButton } from './GoToButton.tsx';

/** What happened, why, what to do next, with the way to the page that mends it; the raw words behind details. */
export function ErrorNotice({ error, onClose }: { error: ErrorView; onClose?: () => void }) {
  const { t, w } = useWords();
  const page = useStore((state) => state.page);
  const mender = errorMenders[error.code];
  return (
    <Alert
      role="alert"
      type="error"
      showIcon
      {...(onClose && { closable: { onClose, 'aria-label': t('app.close') } })}
      {...(mender !== undefined && page !== 'start' && page !== mender && { action: <GoToButton page={mender} /> })}
      title={w(error.message)}
      description={
        <>
          <div>{w(error.cause)}</div>
          <div>
            <strong>{t('app.next-action')}</strong> {w(error.next)}
          </div>
          {error.detail !== undefined && (
            <details>
              <summary>{t('app.details')}</summary>
              <pre className="mono" style={{ whiteSpace: 'pre-wrap', margin: '4px 0 0' }}>
                {error.code}: {error.detail}
              </pre>
            </details>
          )}
        </>
      }
      style={{ marginBottom: 16 }}
    />
  );
}
