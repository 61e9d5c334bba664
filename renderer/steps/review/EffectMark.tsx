import { theme } from 'antd';
import { useWords } from '../../i18n/text.ts';

/** Whether an effect changes something or only reads, as a mark with its word for those who do not see it. */
export function EffectMark({ mutates }: { mutates: boolean }) {
  const { t } = useWords();
  const { token } = theme.useToken();
  return (
    <span className="review-mark" style={{ color: mutates ? token.colorWarning : token.colorTextTertiary }}>
      <span aria-hidden="true">{mutates ? '●' : '○'}</span>
      <span className="visually-hidden">{t(mutates ? 'stage.changes' : 'stage.reads')}: </span>
    </span>
  );
}
