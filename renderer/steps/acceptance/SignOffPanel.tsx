import { DeleteOutlined } from '@ant-design/icons';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { type AcceptanceView, parties, type SignOff } from '../../../electron/contract/acceptance.ts';
import type { ErrorView } from '../../../electron/contract/errors.ts';
import { text } from '../../../electron/contract/text.ts';
import { useWords } from '../../i18n/text.ts';
import { saveSignOff } from '../../state/acceptance.ts';
import { dropDraft, keepDraft, useTyped } from '../../state/drafts.ts';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { SaveControls } from '../../ui/SaveControls.tsx';
import { differs, draftOf, type Row, type Signer, type SignOffDraft, signOffOf } from './draft.ts';

/** Who signs for each party, and what was handed over to whom. */
export function SignOffPanel({ signOff, onChange }: { signOff: SignOff; onChange: (view: AcceptanceView) => void }) {
  const { t, w } = useWords();
  const draft = useTyped('signOff') ?? draftOf(signOff);
  const dirty = differs(draft, signOff);
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<ErrorView>();
  const save = async () => {
    setSaving(true);
    const { value, error: refused } = await saveSignOff(signOffOf(draft));
    setSaving(false);
    setError(refused);
    if (value === undefined) return;
    onChange(value);
    dropDraft('signOff', draft);
  };
  const edit = (part: (draft: SignOffDraft) => Partial<SignOffDraft>) =>
    keepDraft('signOff', (typed = draftOf(signOff)) => ({ ...typed, ...part(typed) }));
  const setSigner = (party: keyof SignOffDraft['signers'], part: Partial<Signer>) =>
    edit(({ signers }) => ({ signers: { ...signers, [party]: { ...signers[party], ...part } } }));
  const setRow = (at: number, part: Partial<Row>) =>
    edit(({ handover }) => ({ handover: handover.map((row, index) => (index === at ? { ...row, ...part } : row)) }));
  const controls = (
    <SaveControls dirty={dirty} saving={saving} onSave={() => void save()} onDiscard={() => dropDraft('signOff')} />
  );
  return (
    <Panel title={t('acceptance.sign')} extra={controls}>
      {error !== undefined && <ErrorNotice error={error} onClose={() => setError(undefined)} />}
      <p className="quiet">
        {t('acceptance.sign.lead')} {dirty && <b>{t('acceptance.sign.unsaved')}</b>}
      </p>
      {parties.map((party) => (
        <fieldset key={party} className="acceptance-line">
          <legend>{w(text(`report.${party}`))}</legend>
          {(['name', 'title', 'date'] as const).map((field) => (
            <Input
              key={field}
              aria-label={`${w(text(`report.${party}`))}: ${t(`acceptance.sign.${field}`)}`}
              placeholder={t(`acceptance.sign.${field}`)}
              {...(field === 'date' && { type: 'date' })}
              value={draft.signers[party][field]}
              onChange={(event) => setSigner(party, { [field]: event.target.value })}
            />
          ))}
        </fieldset>
      ))}
      <h4>{t('acceptance.handover')}</h4>
      {draft.handover.map((row, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name than their place
        <div key={at} className="acceptance-line">
          {(['topic', 'participant', 'date'] as const).map((field) => (
            <Input
              key={field}
              aria-label={`${t('acceptance.handover')} ${at + 1}: ${t(`acceptance.handover.${field}`)}`}
              placeholder={t(`acceptance.handover.${field}`)}
              {...(field === 'date' && { type: 'date' })}
              value={row[field]}
              onChange={(event) => setRow(at, { [field]: event.target.value })}
            />
          ))}
          <Button
            icon={<DeleteOutlined aria-hidden />}
            aria-label={t('acceptance.handover.remove', { number: at + 1 })}
            onClick={() => edit(({ handover }) => ({ handover: handover.filter((_, index) => index !== at) }))}
          />
        </div>
      ))}
      <Button
        onClick={() => edit(({ handover }) => ({ handover: [...handover, { topic: '', participant: '', date: '' }] }))}
      >
        {t('acceptance.handover.add')}
      </Button>
    </Panel>
  );
}
