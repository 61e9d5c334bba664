import { Button } from 'antd';
import type { ReactNode } from 'react';
import { useWords } from '../../i18n/text.ts';
import { Panel } from '../../ui/Panel.tsx';
import { emptyDatabase, emptyKubernetes, emptyRegistry, type InventoryDraft } from './draft.ts';
import { Credential, HostField, Names, Word } from './EndpointFields.tsx';
import { KubeconfigField } from './KubeconfigField.tsx';
import { RegistryFields } from './RegistryFields.tsx';
import { change } from './useDraft.ts';
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
          <RegistryFields registry={registry} hosts={hosts} onChange={(part) => set('registry', part)} />
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
