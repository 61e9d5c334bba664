import { Input, Modal, Segmented } from 'antd';
import { useState } from 'react';
import type { ErrorView } from '../../../electron/contract/errors.ts';
import { useWords } from '../../i18n/text.ts';
import { keepSecret, useVaultEntries } from '../../state/inventory.ts';
import { dialogContainer } from '../../ui/container.ts';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { Field } from '../../ui/Field.tsx';
import { FileButton, textOf } from '../../ui/FileButton.tsx';
import { useTones } from '../../ui/tones.ts';

type Kind = 'password' | 'key';

/** Stores a password or a private key in the vault. The secret goes to the engine and is kept nowhere here. */
export function CredentialDialog({ suggested, onClose }: { suggested: string; onClose: (entry?: string) => void }) {
  const { t, w } = useWords();
  const tones = useTones();
  const vault = useVaultEntries() ?? [];
  const [name, setName] = useState(vault.includes(suggested) ? '' : suggested);
  const [kind, setKind] = useState<Kind>('password');
  const [value, setValue] = useState('');
  const [file, setFile] = useState<string>();
  const [tried, setTried] = useState(false);
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<ErrorView>();

  const entry = name.trim();
  const nameProblem =
    entry === ''
      ? w({ key: 'run.inventory.empty' })
      : entry.includes('/')
        ? t('inventory.credential.name.slash')
        : undefined;
  const isKey = value.trimStart().startsWith('-----BEGIN');
  const valueProblem =
    value === ''
      ? w({ key: 'run.inventory.empty' })
      : kind === 'key' && !isKey
        ? t('inventory.credential.key.wrong')
        : undefined;
  const choose = (next: Kind) => {
    setKind(next);
    setValue('');
    setFile(undefined);
  };
  const save = async () => {
    setTried(true);
    if (nameProblem !== undefined || valueProblem !== undefined) return;
    setSaving(true);
    const failed = await keepSecret(entry, value);
    setSaving(false);
    setError(failed);
    if (failed === undefined) onClose(entry);
  };

  return (
    <Modal
      open
      getContainer={dialogContainer}
      title={t('inventory.credential.title')}
      okText={t('inventory.credential.save')}
      cancelText={t('app.cancel')}
      confirmLoading={saving}
      onOk={() => void save()}
      onCancel={() => onClose()}
      destroyOnHidden
    >
      <div className="dialog-fields" style={tones}>
        <p className="quiet">{t('inventory.credential.lead')}</p>
        {error !== undefined && <ErrorNotice error={error} />}
        <Field
          label={t('inventory.credential.name')}
          required
          hint={
            vault.includes(entry) ? t('inventory.credential.replaces', { entry }) : t('inventory.credential.name.hint')
          }
          error={tried ? nameProblem : undefined}
        >
          {(control) => (
            <Input
              {...control}
              autoFocus
              autoComplete="off"
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Segmented<Kind>
          aria-label={t('inventory.credential.kind')}
          value={kind}
          onChange={choose}
          options={[
            { value: 'password', label: t('inventory.credential.password') },
            { value: 'key', label: t('inventory.credential.key') },
          ]}
        />
        {kind === 'password' ? (
          <Field label={t('inventory.credential.password')} required error={tried ? valueProblem : undefined}>
            {(control) => (
              <Input.Password
                {...control}
                autoComplete="new-password"
                value={value}
                onChange={(event) => setValue(event.target.value)}
                onPressEnter={() => void save()}
              />
            )}
          </Field>
        ) : (
          <Field
            label={t('inventory.credential.key.file')}
            required
            hint={file ?? t('inventory.credential.key.hint')}
            error={tried ? valueProblem : undefined}
          >
            {({ status: _status, 'aria-required': _required, ...control }) => (
              <FileButton
                {...control}
                accept=".pem,.key,*"
                onPick={(picked) => {
                  setValue(textOf(picked));
                  setFile(picked.name);
                }}
              >
                {t('inventory.credential.key.pick')}
              </FileButton>
            )}
          </Field>
        )}
      </div>
    </Modal>
  );
}
