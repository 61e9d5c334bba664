import { Alert, Button } from 'antd';
import { useState } from 'react';
import type { AuditVerdict } from '../../../electron/contract/views.ts';
import { useWords } from '../../i18n/text.ts';
import { attempt } from '../../state/actions.ts';
import { get } from '../../state/store.ts';

/** Proves the audit journal on demand and says what was found. */
export function JournalProof() {
  const { t, w } = useWords();
  const [verdict, setVerdict] = useState<AuditVerdict>();
  const verify = async () => {
    const { siteName } = get();
    if (siteName !== undefined) setVerdict(await attempt((client) => client.journal.verify({ site: siteName })));
  };
  return (
    <section aria-label={t('acceptance.journal')} className="acceptance-journal">
      <Button onClick={() => void verify()}>{t('acceptance.journal.verify')}</Button>
      {verdict?.intact === true && (
        <Alert
          type="success"
          showIcon
          title={<span className="mono">{t('acceptance.journal.intact', verdictParams(verdict))}</span>}
        />
      )}
      {verdict?.intact === false && (
        <Alert
          type="error"
          showIcon
          title={t('acceptance.journal.damaged', { count: verdict.problems.length })}
          description={verdict.problems.slice(0, 20).map((problem) => (
            <div key={`${problem.seq} ${w(problem.problem)}`}>
              {problem.seq}: {w(problem.problem)}
            </div>
          ))}
        />
      )}
    </section>
  );
}

const verdictParams = ({ rows, head, key }: AuditVerdict) => ({ rows, head, key });
