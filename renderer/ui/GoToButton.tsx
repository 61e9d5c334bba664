import { Button } from 'antd';
import { usePageName } from '../app/page-name.ts';
import type { SitePage } from '../app/pages.ts';
import { useWords } from '../i18n/text.ts';
import { goTo } from '../state/store.ts';

/** Leads to the page where something is mended. */
export function GoToButton({ page }: { page: SitePage }) {
  const { t } = useWords();
  const nameOf = usePageName();
  return (
    <Button size="small" onClick={() => goTo(page)}>
      {t('stage.go-to', { page: nameOf(page) })}
    </Button>
  );
}
