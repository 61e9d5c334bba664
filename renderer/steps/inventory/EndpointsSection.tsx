import { Button, Input, Select } from 'antd';
import type { ReactNode } from 'react';
import type { UiKey } from '../../i18n/text.ts';
import { useWords } from '../../i18n/text.ts';
import { Field, type FieldControl } from '../../ui/Field.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { CredentialSelect } from './CredentialSelect.tsx';
import { emptyDatabase, emptyKubernetes, emptyRegistry, type InventoryDraft } from './draft.ts';
import { KubeconfigField } from './KubeconfigField.tsx';
import { change, useProblem } from './useDraft.ts';
import '../../ui/cards.css';

type EndpointName = 'registry' | 'kubernetes' | 'database';

/** The site's registry, cluster and database: where they are, who signs in, which host runs them. */
export function EndpointsSection({ draft }: { draft: InventoryDraft }) {
  const { t } = useWords();
  const { registry, kubernetes, database } = draft;
  const hosts = draft.hosts.map((host) => host.name).filter((name) => name !== '');
  const set = <K extends EndpointName>(name: K, part: Partial<NonNullable<InventoryDraft[K]>>) =>
    change((known) => ({ [name]: { ...known[name], ...part } }));
  return (
    <div id="inventory-endpoints" className="cards" tabIndex={-1}>
      <Endpoint
        name="registry"
        defined={registry !== undefined}
        onAdd={() => change(() => ({ registry: emptyRegistry }))}
      >
        {registry !== undefined && (
          <>
            <Word
              name="registry.url"
              label="inventory.registry.url"
              hint="inventory.registry.url.hint"
              required
              value={registry.url}
              onChange={(url) => set('registry', { url })}
            />
            <Word
              name="registry.prefix"
              label="inventory.registry.prefix"
              hint="inventory.registry.prefix.hint"
              value={registry.prefix}
              onChange={(prefix) => set('registry', { prefix })}
            />
            <Word
              name="registry.user"
              label="inventory.column.user"
              required
              value={registry.user}
              onChange={(user) => set('registry', { user })}
            />
            <Credential
              name="registry.credential"
              value={registry.credential}
              onChange={(credential) => set('registry', { credential })}
            />
            <HostField
              name="registry.host"
              hosts={hosts}
              value={registry.host}
              onChange={(host) => set('registry', { host })}
            />
            <Names value={registry.names} onChange={(names) => set('registry', { names })} />
          </>
        )}
      </Endpoint>
      <Endpoint
        name="kubernetes"
        defined={kubernetes !== undefined}
        onAdd={() => change(() => ({ kubernetes: emptyKubernetes }))}
      >
        {kubernetes !== undefined && (
          <>
            <KubeconfigField kubernetes={kubernetes} />
            <Word
              name="kubernetes.server"
              label="inventory.kubernetes.server"
              hint="inventory.kubernetes.server.hint"
              required
              value={kubernetes.server}
              onChange={(server) => set('kubernetes', { server })}
            />
          </>
        )}
      </Endpoint>
      <Endpoint
        name="database"
        defined={database !== undefined}
        onAdd={() => change(() => ({ database: emptyDatabase }))}
      >
        {database !== undefined && (
          <>
            <p className="quiet endpoint-note">{t('inventory.database.kind')}</p>
            <Word
              name="database.address"
              label="inventory.column.address"
              required
              value={database.address}
              onChange={(address) => set('database', { address })}
            />
            <Word
              name="database.port"
              label="inventory.column.port"
              required
              value={database.port}
              onChange={(port) => set('database', { port })}
            />
            <Word
              name="database.user"
              label="inventory.database.user"
              hint="inventory.database.user.hint"
              required
              value={database.user}
              onChange={(user) => set('database', { user })}
            />
            <Credential
              name="database.credential"
              value={database.credential}
              onChange={(credential) => set('database', { credential })}
            />
            <HostField
              name="database.host"
              hosts={hosts}
              value={database.host}
              onChange={(host) => set('database', { host })}
            />
            <Names value={database.names} onChange={(names) => set('database', { names })} />
          </>
        )}
      </Endpoint>
    </div>
  );
}

function Endpoint({
  name,
  defined,
  onAdd,
  children,
}: {
  name: EndpointName;
  defined: boolean;
  onAdd: () => void;
  children: ReactNode;
}) {
  const { t } = useWords();
  const title = t(`inventory.${name}`);
  return (
    <Panel
      title={title}
      extra={
        defined && (
          <Button
            size="small"
            aria-label={t('inventory.endpoint.remove', { title })}
            onClick={() => change(() => ({ [name]: undefined }))}
          >
            {t('inventory.endpoint.take-out')}
          </Button>
        )
      }
    >
      {defined ? (
        <div className="endpoint-fields">{children}</div>
      ) : (
        <div className="endpoint-empty">
          <p className="quiet">{t(`inventory.${name}.empty`)}</p>
          <Button onClick={onAdd}>{t('inventory.endpoint.add', { title })}</Button>
        </div>
      )}
    </Panel>
  );
}

type Part<V> = { readonly name: string; readonly value: V; readonly onChange: (value: V) => void };

function Word({
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

function Credential({ name, value, onChange }: Part<string>) {
  const { t } = useWords();
  const problem = useProblem();
  return (
    <Field label={t('inventory.column.credential')} required error={problem(name)}>
      {(control: FieldControl) => <CredentialSelect {...control} value={value} onChange={onChange} />}
    </Field>
  );
}

function HostField({ name, hosts, value, onChange }: Part<string> & { hosts: readonly string[] }) {
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

function Names({ value, onChange }: { value: readonly string[]; onChange: (names: readonly string[]) => void }) {
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
