import { Button } from 'antd';
import { useWords } from '../i18n/text.ts';
import { openSite } from '../state/actions.ts';
import { useStore } from '../state/store.ts';

/** Sites, and what can be gone on with. */
export function StartPage() {
  const { t } = useWords();
  const sites = useStore((state) => state.sites);
  return (
    <>
      <h2 className="page-title">{t('app.sites')}</h2>
      {sites?.map((site) => (
        <Button key={site.name} onClick={() => void openSite(site.name)}>
          {site.title}
        </Button>
      ))}
    </>
  );
}
