import { Button } from 'antd';
import { useWords } from '../../i18n/text.ts';

/** Says whether anything is unsaved, and saves it. It stays in view and keeps its place. */
export function SaveBar({
  dirty,
  wrong,
  saving,
  onSave,
  onDiscard,
}: {
  dirty: boolean;
  wrong: number;
  saving: boolean;
  onSave: () => void;
  onDiscard: () => void;
}) {
  const { t } = useWords();
  return (
    <div className="save-bar">
      <span role="status" className="save-words">
        {dirty ? (
          <span className="pill warning">
            <span aria-hidden="true">●</span> {t('inventory.unsaved')}
          </span>
        ) : (
          <span className="quiet">{t('inventory.saved')}</span>
        )}
        {wrong > 0 && (
          <span className="pill bad">
            <span aria-hidden="true">✗</span> {t('inventory.wrong', { count: wrong })}
          </span>
        )}
      </span>
      <Button disabled={!dirty} onClick={onDiscard}>
        {t('inventory.discard')}
      </Button>
      <Button type={dirty ? 'primary' : 'default'} loading={saving} onClick={onSave}>
        {t('inventory.save')}
      </Button>
    </div>
  );
}
