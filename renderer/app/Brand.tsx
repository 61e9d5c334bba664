import { useWords } from '../i18n/text.ts';
import './brand.css';

/** The program's sign and name. */
export function Brand() {
  const { t, locale } = useWords();
  return (
    <h1 className="brand">
      <img src="./icon.svg" alt="" width={26} height={26} />
      {t('app.title')}
      {locale === 'zh-CN' && <span>Sitewright</span>}
    </h1>
  );
}
