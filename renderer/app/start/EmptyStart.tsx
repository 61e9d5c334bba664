import type { ReactNode } from 'react';
import { useWords } from '../../i18n/text.ts';

/** The first start: what a site is, and the two ways to begin. */
export function EmptyStart({ practice, create }: { practice: ReactNode; create: ReactNode }) {
  const { t } = useWords();
  return (
    <div className="start-empty">
      <section className="start-choice">
        <h3>{t('start.empty.site')}</h3>
        <p className="quiet">{t('start.empty.site.words')}</p>
        {create}
      </section>
      {practice !== false && (
        <section className="start-choice">
          <h3>{t('start.empty.practice')}</h3>
          <p className="quiet">{t('start.empty.practice.words')}</p>
          {practice}
        </section>
      )}
    </div>
  );
}
