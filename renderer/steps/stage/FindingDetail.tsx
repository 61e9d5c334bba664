import { Button } from 'antd';
import type { JudgedFinding } from '../../../electron/contract/views.ts';
import { mendedOn } from '../../app/menders.ts';
import { useWords } from '../../i18n/text.ts';
import { useStore } from '../../state/store.ts';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { moment, span } from '../../ui/figures.ts';
import { GoToButton } from '../../ui/GoToButton.tsx';
import { EvidenceBox } from './EvidenceBox.tsx';
import { isOpen } from './verdicts.ts';

/** Expected, found, why, fix, command, evidence, and what can be done about it. */
export function FindingDetail({
  finding,
  onWaive,
}: {
  finding: JudgedFinding;
  onWaive: (finding: JudgedFinding) => void;
}) {
  const { t, w } = useWords();
  const offsetMinutes = useStore((state) => state.site?.utcOffsetMinutes ?? 480);
  const mender = mendedOn(finding);
  const open = isOpen(finding);
  return (
    <div className="finding-detail">
      <dl>
        <dt>{t('stage.expected')}</dt>
        <dd>{w(finding.expected) || '–'}</dd>
        <dt>{t('stage.actual')}</dt>
        <dd>
          <strong>{w(finding.actual)}</strong>
        </dd>
        {finding.why !== undefined && (
          <>
            <dt>{t('stage.why')}</dt>
            <dd>{w(finding.why)}</dd>
          </>
        )}
        {finding.fix !== undefined && finding.status !== 'not-applicable' && (
          <>
            <dt>{t('stage.fix')}</dt>
            <dd>
              {w(finding.fix.text)}
              {finding.fix.command !== undefined && (
                <div className="command">
                  <code>{finding.fix.command}</code>
                  <CopyButton
                    words={finding.fix.command}
                    label={t('stage.command.copy', { command: finding.fix.command })}
                  />
                </div>
              )}
            </dd>
          </>
        )}
        {finding.waiver !== undefined && (
          <>
            <dt>{t('stage.waiver')}</dt>
            <dd>{t('stage.waived-until', finding.waiver)}</dd>
          </>
        )}
        <dt>{t('stage.judged')}</dt>
        <dd className="quiet tabular">
          {moment(finding.at, offsetMinutes)} · {span(finding.durationMs)} · {finding.clause}
        </dd>
      </dl>
      <div className="finding-actions">
        {open && (
          <Button size="small" onClick={() => onWaive(finding)}>
            {t('stage.waive')}
          </Button>
        )}
        {open && mender !== undefined && <GoToButton page={mender} />}
        {finding.evidence.map((id) => (
          <EvidenceBox key={id} id={id} />
        ))}
      </div>
    </div>
  );
}
