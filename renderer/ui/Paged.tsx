import { Button } from 'antd';
import { type ReactNode, useState } from 'react';
import { useWords } from '../i18n/text.ts';
import './panel.css';

/** Shows the first `size` of many things and more on request, so that thousands do not freeze the window. */
export function Paged<T>({
  items,
  size,
  children,
}: {
  items: readonly T[];
  size: number;
  children: (item: T, at: number) => ReactNode;
}) {
  const { t } = useWords();
  const [shown, setShown] = useState(size);
  const left = items.length - shown;
  return (
    <>
      {items.slice(0, shown).map(children)}
      {left > 0 && (
        <div className="paged-more">
          <Button size="small" onClick={() => setShown(shown + Math.max(size, 100))}>
            {t('stage.more', { count: Math.min(left, Math.max(size, 100)) })}
          </Button>
          <span className="quiet">{t('stage.more.left', { count: left })}</span>
        </div>
      )}
    </>
  );
}
