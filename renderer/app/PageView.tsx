import { Spin } from 'antd';
import { type ReactNode, useDeferredValue, useEffect } from 'react';
import { useWords } from '../i18n/text.ts';
import { useStore } from '../state/store.ts';
import { AcceptancePage } from '../steps/acceptance/AcceptancePage.tsx';
import { InventoryPage } from '../steps/inventory/InventoryPage.tsx';
import { ReviewPage } from '../steps/review/ReviewPage.tsx';
import { StagePage } from '../steps/stage/StagePage.tsx';
import { StartPage } from './StartPage.tsx';

/** The page of the moment; focus goes to its heading when it changes. */
export function PageView(): ReactNode {
  const { t } = useWords();
  // The rail and the footer answer a click at once; a long page comes a moment later.
  const page = useDeferredValue(useStore((state) => state.page));
  const connection = useStore((state) => state.connection);
  const unread = useStore((state) => state.sites === undefined);
  useEffect(() => {
    if (page !== 'start') document.querySelector<HTMLElement>('.page-title')?.focus();
  }, [page]);
  if (connection === 'connecting') return <Spin tip={t('app.connecting')} />;
  // Nothing will come that its page could show.
  if (connection === 'refused' && unread) return null;
  switch (page) {
    case 'start':
      return <StartPage />;
    case 'inventory':
      return <InventoryPage />;
    case 'review':
      return <ReviewPage />;
    case 'acceptance':
      return <AcceptancePage />;
    default:
      return <StagePage key={page} stage={page} />;
  }
}
