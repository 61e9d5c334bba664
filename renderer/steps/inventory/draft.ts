import {
  type Host,
  type HostRole,
  managedRegistrySchema,
  type Project,
  type Site,
  type SiteChange,
} from '../../../electron/contract/site.ts';

/** One row of the host table as it is typed. */
export type HostDraft = {
  /** Tells rows apart while they are edited; never shown. */
  readonly id: number;
  readonly name: string;
  readonly address: string;
  readonly port: string;
  readonly user: string;
  readonly credential: string;
  readonly roles: readonly HostRole[];
  readonly become: Host['become'];
};

export type RegistryDraft = {
  readonly url: string;
  readonly prefix: string;
  readonly user: string;
  readonly credential: string;
  readonly host: string;
  readonly names: readonly string[];
  /** Present: the walk starts it from the bundle. */
  readonly managed?: { readonly dataFolder: string; readonly listen?: string | undefined } | undefined;
};
export type KubernetesDraft = { readonly server: string; readonly kubeconfig: string };
export type DatabaseDraft = {
  readonly address: string;
  readonly port: string;
  readonly user: string;
  readonly credential: string;
  readonly host: string;
  readonly names: readonly string[];
};

/** The fields of a site besides its hosts and endpoints. */
export type SiteFields = Pick<Site, 'title' | 'operator' | 'profile' | 'utcOffsetMinutes'>;

/** A site's inventory as it is typed: everything may still be wrong. */
export type InventoryDraft = {
  readonly fields: SiteFields;
  readonly project: Project;
  readonly hosts: readonly HostDraft[];
  readonly registry: RegistryDraft | undefined;
  readonly kubernetes: KubernetesDraft | undefined;
  readonly database: DatabaseDraft | undefined;
};

export const emptyRegistry: RegistryDraft = {
  url: 'https://',
  prefix: '',
  user: '',
  credential: '',
  host: '',
  names: [],
};
/** A registry that becomes one from the bundle, with what it mostly is where nothing was typed yet. */
export function managedRegistry({ user, credential }: RegistryDraft): Partial<RegistryDraft> {
  const managed = managedRegistrySchema.parse({});
  return { managed, user: user || 'registry', credential: credential || 'registry' };
}

export const emptyKubernetes: KubernetesDraft = { server: 'https://', kubeconfig: '' };
export const emptyDatabase: DatabaseDraft = {
  address: '',
  port: '5432',
  user: 'postgres',
  credential: '',
  host: '',
  names: [],
};

export function draftOf(site: Site): InventoryDraft {
  const { title, operator, profile, utcOffsetMinutes, project, registry, kubernetes, database } = site;
  return {
    fields: { title, operator, profile, utcOffsetMinutes },
    project,
    hosts: hostDrafts(site.hosts),
    registry,
    kubernetes,
    database:
      database === undefined
        ? undefined
        : {
            address: database.address,
            port: String(database.port),
            user: database.user,
            credential: database.credential,
            host: database.host,
            names: database.names,
          },
  };
}

export function hostDrafts(hosts: readonly Host[]): readonly HostDraft[] {
  return hosts.map((host, id) => ({ ...host, id, port: String(host.port) }));
}

/** A new row that repeats what hosts mostly share. */
export function newHost(hosts: readonly HostDraft[]): HostDraft {
  const last = hosts.at(-1);
  const id = Math.max(-1, ...hosts.map((host) => host.id)) + 1;
  return {
    id,
    name: '',
    address: '',
    port: last?.port ?? '22',
    user: last?.user ?? 'root',
    credential: last?.credential ?? '',
    roles: [],
    become: last?.become ?? 'root',
  };
}

/** The row as the contract wants it; whether it is right is the schema's to say. */
export function hostOf({ id: _id, port, ...host }: HostDraft): Record<string, unknown> {
  return { ...host, ...trimmed(host), port: numberOf(port) };
}

/** What saving sends. */
export function changeOf(draft: InventoryDraft): SiteChange {
  const { fields, project, registry, kubernetes, database } = draft;
  const change = {
    ...trimmed(fields),
    project: trimmed(project),
    hosts: draft.hosts.map(hostOf),
    registry: registry === undefined ? null : trimmed(registry),
    kubernetes: kubernetes === undefined ? null : trimmed(kubernetes),
    database:
      database === undefined ? null : { ...trimmed(database), kind: 'postgresql', port: numberOf(database.port) },
  };
  return change as unknown as SiteChange;
}

/** Whether saving would change anything. */
export function differs(draft: InventoryDraft, site: Site): boolean {
  return JSON.stringify(changeOf(draft)) !== JSON.stringify(changeOf(draftOf(site)));
}

function numberOf(words: string): number {
  return /^\d{1,5}$/.test(words.trim()) ? Number(words) : Number.NaN;
}

/** Blanks around typed words are slips. */
function trimmed<T extends object>(fields: T): T {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? value.trim() : value]),
  ) as T;
}
