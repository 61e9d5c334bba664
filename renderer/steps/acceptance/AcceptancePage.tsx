import { Alert, Button, Empty, Space, Spin, theme } from 'antd';
import { useCallback, useEffect, useState } from 'react';
import type { AcceptanceView } from '../../../electron/contract/acceptance.ts';
import { text } from '../../../electron/contract/text.ts';
import type { AuditVerdict } from '../../../electron/contract/views.ts';
import { useWords } from '../../i18n/text.ts';
import { readAcceptance } from '../../state/acceptance.ts';
import { type MadeReport, makeReport } from '../../state/report.ts';
import { goTo, useStore } from '../../state/store.ts';
import { Panel } from '../../ui/Panel.tsx';
import { DeviationsPanel } from './DeviationsPanel.tsx';
import { JournalButton, JournalProof } from './JournalProof.tsx';
import { ReportPreview } from './ReportPreview.tsx';
import { SignOffPanel } from './SignOffPanel.tsx';
import './acceptance.css';

const tones = { passed: 'colorSuccess', conditional: 'colorWarning', failed: 'colorError' } as const;

/** The verdict with its numbers, export, and the report as it will be printed. */
export function AcceptancePage() {
  const { t, w, locale } = useWords();
  const { token } = theme.useToken();
  const walk = useStore((state) => state.walk);
  const [made, setMade] = useState<MadeReport>();
  const [busy, setBusy] = useState(false);
  const [proof, setProof] = useState<AuditVerdict>();
  const [record, setRecord] = useState<AcceptanceView>();
  const make = useCallback(async () => {
    setBusy(true);
    setMade(await makeReport(locale));
    setBusy(false);
  }, [locale]);
  const ended = walk !== undefined && walk.state !== 'running';
  useEffect(() => {
    if (ended) void make();
  }, [ended, make]);
  const read = useCallback(async () => setRecord(await readAcceptance()), []);
  useEffect(() => {
    if (ended) void read();
  }, [ended, read]);
  // The answer to a change is the new record: only the report is made anew.
  const changed = (view: AcceptanceView) => {
    setRecord(view);
    void make();
  };

  return (
    <>
      <h2 className="page-title" tabIndex={-1}>
        {w(text('run.stage.acceptance'))}
      </h2>
      <p className="lead">{t('acceptance.lead')}</p>
      {walk === undefined ? (
        <Empty
          description={
            <>
              <div>{t('acceptance.none')}</div>
              <div className="quiet">{t('acceptance.none.hint')}</div>
            </>
          }
        />
      ) : made === undefined ? (
        <Spin description={t('acceptance.making')} spinning={busy}>
          <div className="acceptance-empty" />
        </Spin>
      ) : (
        <>
          <section
            className="acceptance-verdict"
            style={{ borderInlineStartColor: token[tones[made.verdict.conclusion]] }}
            aria-labelledby="acceptance-word"
          >
            <strong id="acceptance-word" style={{ color: token[tones[made.verdict.conclusion]] }}>
              {w(text(`report.conclusion.${made.verdict.conclusion}`))}
            </strong>
            <Figure
              value={`${made.verdict.mustPassMet} / ${made.verdict.mustPass}`}
              words={t('acceptance.must-pass')}
            />
            <Figure value={`${made.verdict.passed} / ${made.verdict.total}`} words={t('acceptance.passed')} />
            <Figure value={String(made.verdict.open)} words={t('acceptance.open')} />
            <Figure value={String(made.verdict.waived)} words={t('acceptance.waived')} />
            <p>{w(made.summary)}</p>
          </section>
          <Space wrap className="acceptance-tools">
            <Button type="primary" onClick={() => made.download('pdf')} loading={busy}>
              {t('acceptance.export')} {t('acceptance.export.pdf')}
            </Button>
            <Button onClick={() => made.download('html')}>
              {t('acceptance.export')} {t('acceptance.export.html')}
            </Button>
            <Button onClick={() => made.download('json')}>
              {t('acceptance.export')} {t('acceptance.export.json')}
            </Button>
            <Button onClick={() => void Promise.all([read(), make()])} loading={busy}>
              {t('acceptance.again')}
            </Button>
            <JournalButton onVerified={setProof} />
          </Space>
          <p className="acceptance-hint quiet">
            {t('acceptance.project')}{' '}
            <Button type="link" size="small" onClick={() => goTo('inventory')}>
              {t('stage.go-to', { page: t('app.step.inventory') })}
            </Button>
          </p>
          {proof !== undefined && <JournalProof verdict={proof} />}
          {made.skipped.map((error) => (
            <Alert
              key={error.code}
              type="warning"
              showIcon
              title={w(error.message)}
              description={w(error.next)}
              style={{ marginBottom: 16 }}
            />
          ))}
          {record !== undefined && (
            <>
              <DeviationsPanel deviations={record.deviations} onChange={changed} />
              <SignOffPanel signOff={record.signOff} onChange={changed} />
            </>
          )}
          <Panel title={t('acceptance.preview')} flush>
            <ReportPreview page={made.page} />
          </Panel>
        </>
      )}
    </>
  );
}

function Figure({ value, words }: { value: string; words: string }) {
  return (
    <div className="acceptance-figure">
      <b className="tabular">{value}</b>
      <span>{words}</span>
    </div>
  );
}
