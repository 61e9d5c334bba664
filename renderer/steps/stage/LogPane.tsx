import { useWords } from '../../i18n/text.ts';
import { useLog } from '../../state/log.ts';

/** The operator's log. */
export function LogPane() {
  const { t } = useWords();
  const { lines } = useLog();
  return <section aria-label={t('stage.log')}>{t('stage.log.lines', { count: lines.length })}</section>;
}
