import type { ReactNode } from 'react';
import { useWords } from '../../i18n/text.ts';
import { usePageName } from '../page-name.ts';
import { pages } from '../pages.ts';

const promises = ['review', 'resume', 'proof'] as const;

/** The first start: the two ways to begin, what the walk is made of, and what can be relied on. */
export function EmptyStart({ practice, create }: { practice: ReactNode; create: ReactNode }) {
  const { t } = useWords();
  const nameOf = usePageName();
  return (
    <>
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
      <section className="start-walk" aria-labelledby="start-walk">
        <h3 id="start-walk">{t('start.walk')}</h3>
        <ol>
          {pages.map((page) => (
            <li key={page}>{nameOf(page)}</li>
          ))}
        </ol>
        <dl>
          {promises.map((promise) => (
            <div key={promise}>
              <dt>{t(`start.promise.${promise}`)}</dt>
              <dd>{t(`start.promise.${promise}.words`)}</dd>
            </div>
          ))}
        </dl>
      </section>
    </>
  );
}
