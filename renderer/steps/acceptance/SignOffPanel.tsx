import { DeleteOutlined } from '@ant-design/icons';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { type AcceptanceView, parties, type SignOff } from '../../../electron/contract/acceptance.ts';
import type { ErrorView } from '../../../electron/contract/errors.ts';
import { text } from '../../../electron/contract/text.ts';
import { useWords } from '../../i18n/text.ts';
import { saveSignOff } from '../../state/acceptance.ts';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { Panel } from '../../ui/Panel.tsx';

type Row = { readonly topic: string; readonly participant: string; readonly date: string };
type Signer = { readonly name: string; readonly title: string; readonly date: string };
type Draft = {
  readonly signers: Readonly<Record<(typeof parties)[number], Signer>>;
  readonly handover: readonly Row[];
};

function draftOf({ signers, handover }: SignOff): Draft {
  const of = (party: (typeof parties)[number]): Signer => {
    const { name = '', title = '', date = '' } = signers.find((one) => one.party === party) ?? {};
    return { name, title, date };
  };
  return {
    signers: { customer: of('customer'), contractor: of('contractor'), supervisor: of('supervisor') },
    handover: handover.map(({ topic, participant, date = '' }) => ({ topic, participant, date })),
  };
}

/** Lines that were left empty are no lines. */
function signOffOf({ signers, handover }: Draft): SignOff {
  const dated = (date: string) => (date === '' ? {} : { date });
  return {
    signers: parties
      .filter((party) => signers[party].name.trim() !== '')
      .map((party) => ({
        party,
        name: signers[party].name,
        title: signers[party].title,
        ...dated(signers[party].date),
      })),
    handover: handover
      .filter(({ topic, participant }) => topic.trim() !== '' || participant.trim() !== '')
      .map(({ topic, participant, date }) => ({ topic, participant, ...dated(date) })),
  };
}

/** Who signs for each party, and what was handed over to whom. */
export function SignOffPanel({ signOff, onChange }: { signOff: SignOff; onChange: (view: AcceptanceView) => void }) {
  const { t, w } = useWords();
  const [draft, setDraft] = useState(() => draftOf(signOff));
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<ErrorView>();
  const saved = JSON.stringify(signOffOf(draft)) === JSON.stringify(signOffOf(draftOf(signOff)));
  const save = async () => {
    setSaving(true);
    const { value, error: refused } = await saveSignOff(signOffOf(draft));
    setSaving(false);
    setError(refused);
    if (value !== undefined) onChange(value);
  };
  const setSigner = (party: keyof Draft['signers'], part: Partial<Signer>) =>
    setDraft({ ...draft, signers: { ...draft.signers, [party]: { ...draft.signers[party], ...part } } });
  const setRow = (at: number, part: Partial<Row>) =>
    setDraft({ ...draft, handover: draft.handover.map((row, index) => (index === at ? { ...row, ...part } : row)) });
  const button = (
    <Button type="primary" disabled={saved} loading={saving} onClick={() => void save()}>
      {t('acceptance.save')}
    </Button>
  );
  return (
    <Panel title={t('acceptance.sign')} extra={button}>
      {error !== undefined && <ErrorNotice error={error} onClose={() => setError(undefined)} />}
      <p className="quiet">{t('acceptance.sign.lead')}</p>
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
            onClick={() => setDraft({ ...draft, handover: draft.handover.filter((_, index) => index !== at) })}
          />
        </div>
      ))}
      <Button
        onClick={() => setDraft({ ...draft, handover: [...draft.handover, { topic: '', participant: '', date: '' }] })}
      >
        {t('acceptance.handover.add')}
      </Button>
    </Panel>
  );
}
