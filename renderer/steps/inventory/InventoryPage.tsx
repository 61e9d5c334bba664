import { Alert, Button, Skeleton } from 'antd';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Site } from '../../../electron/contract/site.ts';
import { stageOf } from '../../app/page-state.ts';
import { useWords } from '../../i18n/text.ts';
import { saveSite } from '../../state/actions.ts';
import { dropDraft } from '../../state/drafts.ts';
import { loadVault } from '../../state/inventory.ts';
import { set, useStore } from '../../state/store.ts';
import { SaveControls } from '../../ui/SaveControls.tsx';
import { useTones } from '../../ui/tones.ts';
import { FindingList } from '../stage/FindingList.tsx';
import { StageHead } from '../stage/StageHead.tsx';
import { StepList } from '../stage/StepList.tsx';
import { changeOf } from './draft.ts';
import { EndpointsSection } from './EndpointsSection.tsx';
import { HostsSection } from './HostsSection.tsx';
import './inventory.css';
import { ProjectSection } from './ProjectSection.tsx';
import { problemsOf } from './problems.ts';
import { FieldsContext, useDraft } from './useDraft.ts';

/** Site data, hosts, endpoints and credentials; below them what the walk found out about them. */
export function InventoryPage() {
  const { t } = useWords();
  const site = useStore((state) => state.site);
  return (
    <>
      <h2 className="page-title" tabIndex={-1}>
        {t('app.step.inventory')}
      </h2>
      {site === undefined ? <Skeleton active paragraph={{ rows: 10 }} /> : <Inventory key={site.name} site={site} />}
    </>
  );
}

function Inventory({ site }: { site: Site }) {
  const { t } = useWords();
  const tones = useTones();
  const { draft, dirty } = useDraft(site);
  const vault = useStore((state) => state.vault);
  const locked = useStore((state) => state.locked);
  const walk = useStore((state) => state.walk);
  const stage = stageOf('inventory', { walk });
  const problems = useMemo(() => problemsOf(draft), [draft]);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [tried, setTried] = useState(false);
  const [saving, setSaving] = useState(false);
  const touch = useCallback(
    (field: string) => setTouched((known) => (known.has(field) ? known : new Set(known).add(field))),
    [],
  );
  const showErrors = useCallback(() => setTried(true), []);
  // Asked again when the passphrase was given.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a closed dialog is not opened again by itself
  useEffect(() => {
    if (!Array.isArray(vault) && !locked) void loadVault();
  }, [site]);

  const save = async () => {
    setTried(true);
    if (problems.size > 0) {
      requestAnimationFrame(() => document.querySelector<HTMLElement>('main [aria-invalid="true"]')?.focus());
      return;
    }
    setSaving(true);
    const saved = await saveSite(changeOf(draft));
    setSaving(false);
    if (!saved) return;
    dropDraft('inventory', draft);
    setTried(false);
    setTouched(new Set());
  };
  const undo = () => {
    dropDraft('inventory');
    setTried(false);
    setTouched(new Set());
  };
  const started = stage !== undefined && stage.state !== 'pending';

  return (
    <FieldsContext value={{ problems, touched, tried, touch }}>
      <div className="stage inventory" style={tones}>
        {!started && <p className="lead">{t('inventory.lead')}</p>}
        {started && <StageHead stage={stage} />}
        {site.practice && <Alert type="info" showIcon className="inventory-note" title={t('inventory.practice')} />}
        {vault === 'locked' && !locked && (
          <Alert
            type="warning"
            showIcon
            className="inventory-note"
            title={t('inventory.locked')}
            action={
              <Button size="small" onClick={() => set({ locked: true })}>
                {t('app.unlock')}
              </Button>
            }
          />
        )}
        <Anchors started={started} hosts={draft.hosts.length} />
        <ProjectSection draft={draft} />
        <HostsSection hosts={draft.hosts} problems={problems} onTouch={touch} onShowErrors={showErrors} />
        <EndpointsSection draft={draft} />
        {started && (
          <div id="inventory-verdicts" tabIndex={-1}>
            <FindingList stage="inventory" />
            <StepList steps={stage.steps} />
          </div>
        )}
        <div className="save-bar">
          <SaveControls
            dirty={dirty}
            wrong={tried ? problems.size : 0}
            saving={saving}
            onSave={() => void save()}
            onDiscard={undo}
          />
        </div>
      </div>
    </FieldsContext>
  );
}

/** Leads to the sections. The address of the page stays as it is: it carries the key to the engine. */
function Anchors({ started, hosts }: { started: boolean; hosts: number }) {
  const { t } = useWords();
  const anchors = [
    ['inventory-project', t('inventory.project')],
    ['inventory-hosts', t('inventory.hosts.count', { count: hosts })],
    ['inventory-endpoints', t('inventory.endpoints')],
    ...(started ? [['inventory-verdicts', t('stage.findings')] as const] : []),
  ] as const;
  const lead = (id: string) => {
    const section = document.getElementById(id);
    section?.scrollIntoView({ block: 'start' });
    section?.focus({ preventScroll: true });
  };
  return (
    <nav className="anchors" aria-label={t('inventory.sections')}>
      {anchors.map(([id, words]) => (
        <Button key={id} size="small" onClick={() => lead(id)}>
          {words}
        </Button>
      ))}
    </nav>
  );
}
