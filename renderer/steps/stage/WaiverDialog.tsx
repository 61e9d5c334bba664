import { Alert, Input, Modal } from 'antd';
import { useRef, useState } from 'react';
import type { JudgedFinding } from '../../../electron/contract/views.ts';
import { useWords } from '../../i18n/text.ts';
import { addWaiver } from '../../state/actions.ts';
import { dialogContainer } from '../../ui/container.ts';
import { WaiverField } from './WaiverField.tsx';

type Field = 'reason' | 'approver' | 'expires';
const fields: readonly Field[] = ['reason', 'approver', 'expires'];

/** Asks for reason, approver and last day of a waiver; of a must-pass finding it says why there is none. */
export function WaiverDialog({ finding, onClose }: { finding: JudgedFinding; onClose: () => void }) {
  const { t, w } = useWords();
  const [draft, setDraft] = useState<Readonly<Record<Field, string>>>({ reason: '', approver: '', expires: '' });
  const [asked, setAsked] = useState(false);
  const [saving, setSaving] = useState(false);
  const form = useRef<HTMLDivElement>(null);
  const today = new Date().toISOString().slice(0, 10);
  const problems: Readonly<Record<Field, string | undefined>> = {
    reason: draft.reason.trim() === '' ? t('stage.waive.empty') : undefined,
    approver: draft.approver.trim() === '' ? t('stage.waive.empty') : undefined,
    expires: draft.expires === '' ? t('stage.waive.empty') : draft.expires < today ? t('stage.waive.past') : undefined,
  };
  const change = (field: Field) => (value: string) => setDraft({ ...draft, [field]: value });
  const waive = async () => {
    setAsked(true);
    const first = fields.find((field) => problems[field] !== undefined);
    if (first !== undefined) {
      form.current?.querySelector<HTMLElement>(`[name=${first}]`)?.focus();
      return;
    }
    setSaving(true);
    const added = await addWaiver({ check: finding.check, subjects: [finding.subject], ...draft });
    setSaving(false);
    if (added) onClose();
  };
  const title = `${t('stage.waive.title')} ${w(finding.title)} · ${finding.subject}`;
  if (finding.mustPass) {
    return (
      <Modal
        open
        getContainer={dialogContainer}
        title={title}
        onCancel={onClose}
        cancelText={t('app.close')}
        okButtonProps={{ style: { display: 'none' } }}
      >
        <Alert type="error" showIcon title={t('stage.waive.must-pass')} description={t('stage.waive.must-pass.why')} />
      </Modal>
    );
  }
  return (
    <Modal
      open
      getContainer={dialogContainer}
      title={title}
      onCancel={onClose}
      cancelText={t('app.cancel')}
      okText={t('stage.waive.do')}
      onOk={() => void waive()}
      confirmLoading={saving}
    >
      <div ref={form}>
        <p className="quiet">{t('stage.waive.lead')}</p>
        <WaiverField label={t('stage.waive.reason')} problem={asked ? problems.reason : undefined}>
          {(field) => (
            <Input.TextArea
              {...field}
              name="reason"
              autoFocus
              rows={3}
              value={draft.reason}
              onChange={(event) => change('reason')(event.target.value)}
            />
          )}
        </WaiverField>
        <WaiverField label={t('stage.waive.approver')} problem={asked ? problems.approver : undefined}>
          {(field) => (
            <Input
              {...field}
              name="approver"
              value={draft.approver}
              onChange={(event) => change('approver')(event.target.value)}
            />
          )}
        </WaiverField>
        <WaiverField label={t('stage.waive.expires')} problem={asked ? problems.expires : undefined}>
          {(field) => (
            <Input
              {...field}
              name="expires"
              type="date"
              min={today}
              value={draft.expires}
              onChange={(event) => change('expires')(event.target.value)}
              style={{ width: 180 }}
            />
          )}
        </WaiverField>
      </div>
    </Modal>
  );
}
