import { Alert, Input, Modal, Select } from 'antd';
import { useRef, useState } from 'react';
import { type AcceptanceView, type DeviationView, deviationLevels } from '../../../electron/contract/acceptance.ts';
import type { ErrorView } from '../../../electron/contract/errors.ts';
import { text } from '../../../electron/contract/text.ts';
import { useWords } from '../../i18n/text.ts';
import { noteDeviation } from '../../state/acceptance.ts';
import { dialogContainer } from '../../ui/container.ts';
import { Field } from '../../ui/Field.tsx';
import { useTones } from '../../ui/tones.ts';

type Draft = {
  readonly title: string;
  readonly level: DeviationView['level'];
  readonly owner: string;
  readonly due: string;
  readonly closing: string;
  readonly closed: string;
  readonly withdrawn: string;
};
type Named = 'title' | 'owner' | 'due' | 'closing' | 'closed' | 'withdrawn';

function draftOf(deviation: DeviationView | undefined): Draft {
  const { owner = '', due = '', closing = '', closed = '' } = deviation?.note ?? {};
  const withdrawn = deviation?.withdrawn ?? '';
  return { title: '', level: deviation?.level ?? 'minor', owner, due, closing, closed, withdrawn };
}

/** Level, owner, due day and closing of one deviation; without one, a new one. */
export function DeviationDialog({
  deviation,
  onClose,
  onSaved,
}: {
  deviation: DeviationView | undefined;
  onClose: () => void;
  onSaved: (view: AcceptanceView) => void;
}) {
  const { t, w } = useWords();
  const tones = useTones();
  const [draft, setDraft] = useState(() => draftOf(deviation));
  const [asked, setAsked] = useState(false);
  const [saving, setSaving] = useState(false);
  const [refused, setRefused] = useState<ErrorView>();
  const form = useRef<HTMLDivElement>(null);
  const today = new Date().toISOString().slice(0, 10);
  const isNew = deviation === undefined;
  const before = draftOf(deviation);
  const problems: Partial<Record<Named, string>> = {
    ...(isNew && draft.title.trim() === '' && { title: t('acceptance.deviation.empty') }),
    ...(draft.due !== '' && draft.due !== before.due && draft.due < today && { due: t('acceptance.deviation.past') }),
    ...(draft.closed !== '' && draft.closing.trim() === '' && { closing: t('acceptance.deviation.proof') }),
  };
  const save = async () => {
    setAsked(true);
    const [first] = Object.keys(problems);
    if (first !== undefined) {
      form.current?.querySelector<HTMLElement>(`[name=${first}]`)?.focus();
      return;
    }
    const { title, withdrawn, due, ...rest } = draft;
    setSaving(true);
    const { value, error } = await noteDeviation({
      ...rest,
      // A day that has passed meanwhile stays as it was agreed.
      ...(due !== before.due && { due }),
      ...(isNew ? { title } : { id: deviation.id }),
      ...(withdrawn.trim() !== '' && withdrawn !== before.withdrawn && { withdrawn }),
    });
    setSaving(false);
    if (error === undefined) onSaved(value);
    else setRefused(error);
  };
  const input = (name: Named, options: { readonly type?: 'date'; readonly required?: boolean } = {}) => (
    <Field
      label={t(name === 'withdrawn' ? 'acceptance.deviation.withdraw' : `acceptance.deviation.${name}`)}
      required={options.required === true}
      error={asked ? problems[name] : undefined}
    >
      {(control) => (
        <Input
          {...control}
          name={name}
          {...(options.type && { type: options.type })}
          value={draft[name]}
          onChange={(event) => setDraft({ ...draft, [name]: event.target.value })}
        />
      )}
    </Field>
  );
  return (
    <Modal
      open
      getContainer={dialogContainer}
      title={isNew ? t('acceptance.deviation.add') : `${deviation.number} ${w(deviation.title)}`}
      onCancel={onClose}
      cancelText={t('app.cancel')}
      okText={t('app.save')}
      onOk={() => void save()}
      confirmLoading={saving}
    >
      <div ref={form} className="dialog-fields" style={tones}>
        {refused !== undefined && (
          <Alert type="error" showIcon title={w(refused.message)} description={w(refused.cause)} />
        )}
        {isNew && input('title', { required: true })}
        <Field label={t('acceptance.deviation.level')}>
          {({ status: _status, ...control }) => (
            <Select
              {...control}
              value={draft.level}
              onChange={(level: Draft['level']) => setDraft({ ...draft, level })}
              options={deviationLevels.map((level) => ({ value: level, label: w(text(`report.level.${level}`)) }))}
            />
          )}
        </Field>
        {input('owner')}
        {input('due', { type: 'date' })}
        {input('closing')}
        {input('closed', { type: 'date' })}
        {deviation?.own === true && input('withdrawn')}
      </div>
    </Modal>
  );
}
