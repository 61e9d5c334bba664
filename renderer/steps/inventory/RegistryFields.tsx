import { Select } from 'antd';
import { useWords } from '../../i18n/text.ts';
import { Field } from '../../ui/Field.tsx';
import { managedRegistry, type RegistryDraft } from './draft.ts';
import { Credential, HostField, Names, Word } from './EndpointFields.tsx';

/** Where the registry is and who signs in; whether it is there already, or the walk starts it from the bundle. */
export function RegistryFields({
  registry,
  hosts,
  onChange,
}: {
  registry: RegistryDraft;
  hosts: readonly string[];
  onChange: (part: Partial<RegistryDraft>) => void;
}) {
  const { t } = useWords();
  const { managed } = registry;
  return (
    <>
      <Field label={t('inventory.registry.source')} hint={managed && t('inventory.registry.managed.hint')}>
        {({ status: _status, ...control }) => (
          <Select
            {...control}
            value={managed === undefined ? 'there' : 'bundle'}
            onChange={(source) => onChange(source === 'bundle' ? managedRegistry(registry) : { managed: undefined })}
            options={[
              { value: 'there', label: t('inventory.registry.there') },
              { value: 'bundle', label: t('inventory.registry.managed') },
            ]}
          />
        )}
      </Field>
      <Word
        name="registry.url"
        label="inventory.registry.url"
        hint="inventory.registry.url.hint"
        required
        value={registry.url}
        onChange={(url) => onChange({ url })}
      />
      {managed !== undefined && (
        <Word
          name="registry.managed"
          label="inventory.registry.folder"
          hint="inventory.registry.folder.hint"
          required
          value={managed.dataFolder}
          onChange={(dataFolder) => onChange({ managed: { ...managed, dataFolder } })}
        />
      )}
      <Word
        name="registry.prefix"
        label="inventory.registry.prefix"
        hint="inventory.registry.prefix.hint"
        value={registry.prefix}
        onChange={(prefix) => onChange({ prefix })}
      />
      <Word
        name="registry.user"
        label="inventory.column.user"
        required
        value={registry.user}
        onChange={(user) => onChange({ user })}
      />
      <Credential
        name="registry.credential"
        {...(managed && { hint: 'inventory.registry.credential.hint' })}
        value={registry.credential}
        onChange={(credential) => onChange({ credential })}
      />
      <HostField name="registry.host" hosts={hosts} value={registry.host} onChange={(host) => onChange({ host })} />
      <Names value={registry.names} onChange={(names) => onChange({ names })} />
    </>
  );
}
