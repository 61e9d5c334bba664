import { Input, Select } from 'antd';
import type { UiKey } from '../../i18n/text.ts';
import { useWords } from '../../i18n/text.ts';
import { Field, type FieldControl } from '../../ui/Field.tsx';
import { CredentialSelect } from './CredentialSelect.tsx';
import { useProblem } from './useDraft.ts';

type Part<V> = { readonly name: string; readonly value: V; readonly onChange: (value: V) => void };

/** A field of plain words. */
export function Word({
  name,
  label,
  hint,
  required = false,
  value,
  onChange,
}: Part<string> & { label: UiKey; hint?: UiKey; required?: boolean }) {
  const { t } = useWords();
  const problem = useProblem();
  return (
    <Field label={t(label)} required={required} hint={hint && t(hint)} error={problem(name)}>
      {(control) => (
        <Input
          {...control}
          autoComplete="off"
          spellCheck={false}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

/** The vault entry that signs in. */
export function Credential({ name, hint, value, onChange }: Part<string> & { hint?: UiKey }) {
  const { t } = useWords();
  const problem = useProblem();
  return (
    <Field label={t('inventory.column.credential')} required hint={hint && t(hint)} error={problem(name)}>
      {(control: FieldControl) => <CredentialSelect {...control} value={value} onChange={onChange} />}
    </Field>
  );
}

/** The host of the inventory that runs an endpoint. */
export function HostField({ name, hosts, value, onChange }: Part<string> & { hosts: readonly string[] }) {
  const { t } = useWords();
  const problem = useProblem();
  return (
    <Field label={t('inventory.endpoint.host')} required hint={t('inventory.endpoint.host.hint')} error={problem(name)}>
      {(control) => (
        <Select
          {...control}
          value={value === '' ? null : value}
          placeholder={t('inventory.endpoint.host.choose')}
          onChange={(host: string | null) => onChange(host ?? '')}
          options={[...new Set([...hosts, ...(value === '' ? [] : [value])])].map((host) => ({
            value: host,
            label: host,
          }))}
        />
      )}
    </Field>
  );
}

/** More names in the certificate. */
export function Names({ value, onChange }: { value: readonly string[]; onChange: (names: readonly string[]) => void }) {
  const { t } = useWords();
  return (
    <Field label={t('inventory.endpoint.names')} hint={t('inventory.endpoint.names.hint')}>
      {({ status: _status, ...control }) => (
        <Select<string[]>
          {...control}
          mode="tags"
          open={false}
          suffixIcon={null}
          tokenSeparators={[' ', ',', ';']}
          value={[...value]}
          onChange={onChange}
        />
      )}
    </Field>
  );
}
