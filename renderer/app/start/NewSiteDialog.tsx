import { Input, Modal, Radio } from 'antd';
import { useState } from 'react';
import type { ErrorView } from '../../../electron/contract/errors.ts';
import { siteSchema } from '../../../electron/contract/site.ts';
import { text } from '../../../electron/contract/text.ts';
import { useWords } from '../../i18n/text.ts';
import { createSite } from '../../state/sites.ts';
import { dialogContainer } from '../../ui/container.ts';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { Field } from '../../ui/Field.tsx';
import { useTones } from '../../ui/tones.ts';
import { KeepPassphrase, useKeepOffer } from '../KeepPassphrase.tsx';
import { shortest, strengthOf } from './passphrase.ts';

const empty = {
  title: '',
  name: '',
  profile: 'production' as 'poc' | 'production',
  customer: '',
  passphrase: '',
  again: '',
};
type Typed = typeof empty;

/** A new site with its vault. The passphrase is typed twice, as nobody can bring it back. */
export function NewSiteDialog({ taken, onClose }: { taken: readonly string[]; onClose: () => void }) {
  const { t, w } = useWords();
  const tones = useTones();
  const [typed, setTyped] = useState(empty);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorView>();
  const offer = useKeepOffer();
  const put = (part: Partial<Typed>) => setTyped((known) => ({ ...known, ...part }));
  const name = typed.name.trim();
  const strength = strengthOf(typed.passphrase);

  const problems: Partial<Record<keyof Typed, string>> = {
    ...(typed.title.trim() === '' && { title: w(text('run.inventory.empty')) }),
    ...(name === ''
      ? { name: w(text('run.inventory.empty')) }
      : taken.includes(name)
        ? { name: t('start.name.taken') }
        : !siteSchema.shape.name.safeParse(name).success && { name: w(text('run.inventory.name')) }),
    ...(strength === 'short' && { passphrase: t('start.passphrase.short', { count: shortest }) }),
    ...(typed.again !== typed.passphrase && { again: t('start.passphrase.differs') }),
  };
  // A name that is wrong as it stands is told at once; what is merely missing yet, at the first try.
  const shown = (field: keyof Typed) =>
    tried ||
    (field === 'name' && name !== '') ||
    (field === 'again' && typed.again.length >= typed.passphrase.length && typed.again !== '')
      ? problems[field]
      : undefined;
  const create = async () => {
    setTried(true);
    if (Object.keys(problems).length > 0) {
      requestAnimationFrame(() =>
        document.querySelector<HTMLElement>('[role="dialog"] [aria-invalid="true"]')?.focus(),
      );
      return;
    }
    setBusy(true);
    const failed = await createSite({ ...typed, name, title: typed.title.trim(), customer: typed.customer.trim() });
    setBusy(false);
    setError(failed);
    if (failed !== undefined) return;
    await offer.carryOut(name, typed.passphrase);
    onClose();
  };

  return (
    <Modal
      open
      getContainer={dialogContainer}
      title={t('start.new')}
      okText={t('start.create')}
      cancelText={t('app.cancel')}
      confirmLoading={busy}
      onOk={() => void create()}
      onCancel={onClose}
      destroyOnHidden
    >
      <div className="dialog-fields" style={tones}>
        {error !== undefined && <ErrorNotice error={error} />}
        <Field label={t('start.title')} required hint={t('start.title.hint')} error={shown('title')}>
          {(control) => (
            <Input
              {...control}
              autoFocus
              value={typed.title}
              onChange={(event) => put({ title: event.target.value })}
            />
          )}
        </Field>
        <Field label={t('start.name')} required hint={t('start.name.hint')} error={shown('name')}>
          {(control) => (
            <Input
              {...control}
              autoComplete="off"
              spellCheck={false}
              value={typed.name}
              onChange={(event) => put({ name: event.target.value })}
            />
          )}
        </Field>
        <Field label={t('start.customer')}>
          {(control) => (
            <Input {...control} value={typed.customer} onChange={(event) => put({ customer: event.target.value })} />
          )}
        </Field>
        <fieldset className="dialog-choice">
          <legend>{t('start.profile')}</legend>
          <Radio.Group
            value={typed.profile}
            onChange={(event) => put({ profile: event.target.value as Typed['profile'] })}
            options={(['production', 'poc'] as const).map((value) => ({
              value,
              label: t(`inventory.profile.${value}`),
            }))}
          />
          <div className="field-hint">{t(`inventory.profile.${typed.profile}.hint`)}</div>
        </fieldset>
        <Field
          label={t('start.passphrase')}
          required
          hint={t(typed.passphrase === '' ? 'start.passphrase.hint' : `start.strength.${strength}`, {
            count: shortest,
          })}
          error={shown('passphrase')}
        >
          {(control) => (
            <Input.Password
              {...control}
              autoComplete="new-password"
              value={typed.passphrase}
              onChange={(event) => put({ passphrase: event.target.value })}
            />
          )}
        </Field>
        <Field label={t('start.passphrase.again')} required error={shown('again')}>
          {(control) => (
            <Input.Password
              {...control}
              autoComplete="new-password"
              value={typed.again}
              onChange={(event) => put({ again: event.target.value })}
              onPressEnter={() => void create()}
            />
          )}
        </Field>
        <KeepPassphrase offer={offer} />
        <p className="quiet">{t(offer.kept ? 'keyring.lost' : 'start.passphrase.lost')}</p>
      </div>
    </Modal>
  );
}
