import { Select } from 'antd';
import { useState } from 'react';
import { useWords } from '../../i18n/text.ts';
import { useVaultEntries } from '../../state/inventory.ts';
import { CredentialDialog } from './CredentialDialog.tsx';

/** The choice that opens the dialog; no entry can have this name. */
const making = '/new';

type Aria = {
  readonly id?: string;
  readonly 'aria-label'?: string;
  readonly 'aria-invalid'?: boolean;
  readonly 'aria-describedby'?: string | undefined;
  readonly status?: 'error' | '';
  readonly size?: 'small';
};

/** Chooses an entry of the vault, or makes a new one. Entries that the engine itself made have a `/` and are left out. */
export function CredentialSelect({
  value,
  onChange,
  onBlur,
  ...aria
}: { value: string; onChange: (entry: string) => void; onBlur?: () => void } & Aria) {
  const { t } = useWords();
  const vault = useVaultEntries();
  const [open, setOpen] = useState(false);
  const entries = [
    ...new Set([...(vault ?? []).filter((entry) => !entry.includes('/')), ...(value === '' ? [] : [value])]),
  ].sort();
  const missing = vault !== undefined && value !== '' && !vault.includes(value);
  return (
    <>
      <Select
        {...aria}
        value={value === '' ? null : value}
        placeholder={t('inventory.credential.choose')}
        onChange={(entry: string | null) => (entry === making ? setOpen(true) : onChange(entry ?? ''))}
        {...(onBlur && { onBlur })}
        popupMatchSelectWidth={false}
        options={[
          ...entries.map((entry) => ({
            value: entry,
            label: missing && entry === value ? t('inventory.credential.missing', { entry }) : entry,
          })),
          { value: making, label: t('inventory.credential.new') },
        ]}
        style={{ width: '100%' }}
      />
      {open && (
        <CredentialDialog
          suggested={value}
          onClose={(entry) => {
            setOpen(false);
            if (entry !== undefined) onChange(entry);
          }}
        />
      )}
    </>
  );
}
