import { Button } from 'antd';
import { useWords } from '../i18n/text.ts';
import './save.css';

/** Says whether anything is unsaved, discards it and saves it. Without `wrong` nothing can be wrong: saving waits for a change. */
export function SaveControls({
  dirty,
  wrong,
  saving,
  onSave,
  onDiscard,
}: {
  dirty: boolean;
  wrong?: number;
  saving: boolean;
  onSave: () => void;
  onDiscard: () => void;
}) {
  const { t } = useWords();
  return (
    <>
      <span role="status" className="save-words">
        {dirty ? (
          <span className="pill warning">
            <span aria-hidden="true">●</span> {t('app.unsaved')}
          </span>
        ) : (
          <span className="quiet">{t('app.saved')}</span>
        )}
        {wrong !== undefined && wrong > 0 && (
          <span className="pill bad">
            <span aria-hidden="true">✗</span> {t('app.wrong', { count: wrong })}
          </span>
        )}
      </span>
      <Button disabled={!dirty} onClick={onDiscard}>
        {t('app.discard')}
      </Button>
      <Button
        type={dirty ? 'primary' : 'default'}
        disabled={!dirty && wrong === undefined}
        loading={saving}
        onClick={onSave}
      >
        {t('app.save')}
      </Button>
    </>
  );
}
