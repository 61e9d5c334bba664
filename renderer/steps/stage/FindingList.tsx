import { Button, Input, Select } from 'antd';
import { useDeferredValue, useMemo, useState } from 'react';
import type { JudgedFinding, StageId } from '../../../electron/contract/views.ts';
import { useWords } from '../../i18n/text.ts';
import { useStore } from '../../state/store.ts';
import { Paged } from '../../ui/Paged.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { CountPill } from '../../ui/StatusTag.tsx';
import { FindingGroup } from './FindingGroup.tsx';
import { useFindings } from './useStage.ts';
import { countsOf, grouped, isFailing, isOpen, keyOf, order, shownAs } from './verdicts.ts';
import { WaiverDialog } from './WaiverDialog.tsx';
import { categoryWords } from './words.ts';
import './findings.css';

/** Failures that stand open at first; the others open at a click. */
const opened = 3;

/** The verdicts of a stage: what needs someone first, by host; what passed on request. */
export function FindingList({ stage }: { stage: StageId }) {
  const { t, w } = useWords();
  const all = useFindings(stage);
  const running = useStore((state) => state.walk?.state === 'running');
  const [words, setWords] = useState('');
  const [category, setCategory] = useState<string>();
  const [passedShown, setPassedShown] = useState(false);
  const [otherShown, setOtherShown] = useState(false);
  const [waiving, setWaiving] = useState<JudgedFinding>();
  const sought = useDeferredValue(words.trim().toLowerCase());

  const findings = useMemo(
    () =>
      all.filter((finding) => {
        if (category !== undefined && finding.category !== category) return false;
        return (
          sought === '' ||
          [finding.check, finding.subject, w(finding.title), w(finding.actual)].some((part) =>
            part.toLowerCase().includes(sought),
          )
        );
      }),
    [all, category, sought, w],
  );
  const open = useMemo(() => grouped(findings.filter(isOpen)), [findings]);
  const passed = useMemo(() => grouped(findings.filter((finding) => finding.status === 'passed')), [findings]);
  const other = useMemo(
    () => grouped(findings.filter((finding) => !isOpen(finding) && finding.status !== 'passed')),
    [findings],
  );
  const expanded = useMemo(
    () =>
      new Set(
        open
          .flatMap((group) => group.findings.filter(isFailing))
          .slice(0, opened)
          .map(keyOf),
      ),
    [open],
  );
  const categories = useMemo(() => [...new Set(all.map((finding) => finding.category))], [all]);
  const counts = countsOf(findings);
  const otherCount = counts.waived + counts.skipped + counts['not-applicable'];

  return (
    <Panel
      title={t('stage.findings')}
      flush
      extra={
        all.length > 0 && (
          <>
            <Input
              size="small"
              allowClear
              aria-label={t('stage.filter')}
              placeholder={t('stage.filter')}
              value={words}
              onChange={(event) => setWords(event.target.value)}
              style={{ width: 190 }}
            />
            {categories.length > 1 && (
              <Select
                size="small"
                allowClear
                aria-label={t('stage.filter.category')}
                placeholder={t('stage.filter.category')}
                value={category ?? null}
                onChange={(value: string | null | undefined) => setCategory(value ?? undefined)}
                options={categories.map((value) => ({ value, label: categoryWords(value, t) }))}
                style={{ minWidth: 130 }}
                popupMatchSelectWidth={false}
              />
            )}
          </>
        )
      }
    >
      {all.length === 0 ? (
        <p className="panel-empty quiet">{t(running ? 'stage.findings.coming' : 'stage.findings.none')}</p>
      ) : (
        <>
          <p className="finding-counts" aria-live="polite">
            {order
              .filter((shown) => counts[shown] > 0)
              .map((shown) => (
                <CountPill key={shown} status={shown} count={counts[shown]} />
              ))}
            <span className="quiet">
              {findings.length < all.length
                ? t('stage.filtered', { count: findings.length, total: all.length })
                : t('stage.worst-first')}
            </span>
          </p>
          {open.length === 0 && (
            <p className="panel-empty">{t(findings.length === 0 ? 'stage.findings.no-match' : 'stage.nothing-open')}</p>
          )}
          <Paged items={open} size={50}>
            {(group) => <FindingGroup key={group.subject} group={group} expanded={expanded} onWaive={setWaiving} />}
          </Paged>
          {otherCount > 0 && (
            <Fold
              open={otherShown}
              onToggle={setOtherShown}
              words={t(otherShown ? 'stage.hide-other' : 'stage.show-other', { count: otherCount })}
            >
              <Paged items={other} size={50}>
                {(group) => (
                  <FindingGroup
                    key={`${group.subject} ${shownAs(group.findings[0]!)}`}
                    group={group}
                    onWaive={setWaiving}
                  />
                )}
              </Paged>
            </Fold>
          )}
          {counts.passed > 0 && (
            <Fold
              open={passedShown}
              onToggle={setPassedShown}
              words={t(passedShown ? 'stage.hide-passed' : 'stage.show-passed', { count: counts.passed })}
            >
              <Paged items={passed} size={20}>
                {(group) => <FindingGroup key={group.subject} group={group} onWaive={setWaiving} />}
              </Paged>
            </Fold>
          )}
        </>
      )}
      {waiving !== undefined && <WaiverDialog finding={waiving} onClose={() => setWaiving(undefined)} />}
    </Panel>
  );
}

function Fold({
  open,
  onToggle,
  words,
  children,
}: {
  open: boolean;
  onToggle: (open: boolean) => void;
  words: string;
  children: React.ReactNode;
}) {
  return (
    <>
      <div className="finding-fold">
        <Button type="link" size="small" aria-expanded={open} onClick={() => onToggle(!open)}>
          {words}
        </Button>
      </div>
      {open && children}
    </>
  );
}
