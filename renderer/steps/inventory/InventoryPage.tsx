import { useWords } from '../../i18n/text.ts';
import { StagePage } from '../stage/StagePage.tsx';

/** Site data, hosts, endpoints and credentials. */
export function InventoryPage() {
  const { t } = useWords();
  return (
    <section aria-label={t('app.step.inventory')}>
      <StagePage stage="inventory" />
    </section>
  );
}
