import { useCallback } from 'react';
import { text } from '../../electron/contract/text.ts';
import { useWords } from '../i18n/text.ts';
import type { SitePage } from './pages.ts';

/** What a page is called in the rail, in its heading, and where something leads to it. */
export function usePageName(): (page: SitePage) => string {
  const { t, w } = useWords();
  return useCallback(
    (page) => (page === 'review' || page === 'inventory' ? t(`app.step.${page}`) : w(text(`run.stage.${page}`))),
    [t, w],
  );
}
