import { Alert, Button } from 'antd';
import { useState } from 'react';
import type { AuditVerdict } from '../../../electron/contract/views.ts';
import { useWords } from '../../i18n/text.ts';
import { attempt } from '../../state/actions.ts';
import { get } from '../../state/store.ts';

/** Has the engine prove the audit journal. */
export function JournalButton({ onVerified }: { onVerified: (verdict: AuditVerdict | undefined) => void }) {
  const { t } = useWords();
  const [busy, setBusy] = useState(false);
  const verify = async () => {
    const { siteName } = get();
    if (siteName === undefined) return;
    setBusy(true);
    onVerified(await attempt((client) => client.journal.verify({ site: siteName })));
    setBusy(false);
  };
  return (
    <Button loading={busy} onClick={() => void verify()}>
      {t('acceptance.journal.verify')}
    </Button>
  );
}

/** What was found of the journal. */
export function JournalProof({ verdict }: { verdict: AuditVerdict }) {
  const { t, w } = useWords();
  const { intact, rows, head, key, problems } = verdict;
  return (
    <section aria-label={t('acceptance.journal')} className="acceptance-journal">
      {intact ? (
        <Alert
          type="success"
          showIcon
          title={<span className="acceptance-chain">{t('acceptance.journal.intact', { rows, head, key })}</span>}
        />
      ) : (
        <Alert
          type="error"
          showIcon
          title={t('acceptance.journal.damaged', { count: problems.length })}
          description={problems.slice(0, 20).map(({ seq, problem }) => (
            <div key={`${seq} ${w(problem)}`}>
              {seq}: {w(problem)}
            </div>
          ))}
        />
      )}
    </section>
  );
}
