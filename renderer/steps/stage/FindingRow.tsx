import { RightOutlined } from '@ant-design/icons';
import { Button, Tooltip } from 'antd';
import { memo, useState } from 'react';
import type { JudgedFinding } from '../../../electron/contract/views.ts';
import { useWords } from '../../i18n/text.ts';
import { checkAgain } from '../../state/actions.ts';
import { useStore } from '../../state/store.ts';
import { FindingPill } from '../../ui/StatusTag.tsx';
import { FindingDetail } from './FindingDetail.tsx';
import { isOpen } from './verdicts.ts';

/** One verdict in a line; it opens to everything that is known about it. */
export const FindingRow = memo(function FindingRow({
  finding,
  startsOpen,
  onWaive,
}: {
  finding: JudgedFinding;
  startsOpen: boolean;
  onWaive: (finding: JudgedFinding) => void;
}) {
  const { t, w } = useWords();
  const [toggled, setToggled] = useState<boolean>();
  const [asking, setAsking] = useState(false);
  const busy = useStore((state) => state.walk?.state === 'running');
  const open = toggled ?? startsOpen;
  const again = async () => {
    setAsking(true);
    await checkAgain([finding.check]);
    setAsking(false);
  };
  return (
    <li className={`finding ${open ? 'is-open' : ''}`}>
      <div className="finding-line">
        <button type="button" className="finding-toggle" aria-expanded={open} onClick={() => setToggled(!open)}>
          <RightOutlined aria-hidden="true" className="finding-arrow" />
          <FindingPill status={finding.status} waived={finding.waiver !== undefined} />
          <span className="finding-words">
            <strong>{w(finding.title)}</strong> <span className="quiet">{finding.check}</span>
            {finding.mustPass && isOpen(finding) && <span className="finding-must"> · {t('stage.must-pass')}</span>}
            {!open && <span className="finding-actual">{w(finding.actual)}</span>}
          </span>
        </button>
        {isOpen(finding) && (
          <Tooltip title={busy ? t('stage.again.busy') : ''}>
            <Button size="small" loading={asking} disabled={busy} onClick={() => void again()}>
              {t('stage.again')}
            </Button>
          </Tooltip>
        )}
      </div>
      {open && <FindingDetail finding={finding} onWaive={onWaive} />}
    </li>
  );
});
