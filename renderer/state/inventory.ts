import type { ErrorView } from '../../electron/contract/errors.ts';
import type { Host } from '../../electron/contract/site.ts';
import { attempt, outcome } from './actions.ts';
import { type Client, wantsPassphrase } from './client.ts';
import { save } from './report.ts';
import { get, set, useStore } from './store.ts';

export type InventoryFile = {
  readonly name: string;
  readonly format: 'csv' | 'xlsx' | 'yaml';
  readonly contentBase64: string;
};
export type CheckedInventory = Awaited<ReturnType<Client['site']['checkInventory']>>;
export type HostTest = Awaited<ReturnType<Client['site']['testHost']>>;

const formats: Readonly<Record<string, InventoryFile['format']>> = {
  csv: 'csv',
  xlsx: 'xlsx',
  yaml: 'yaml',
  yml: 'yaml',
};

/** The format that a file's name tells, if it is one of an inventory. */
export function formatOf(name: string): InventoryFile['format'] | undefined {
  return formats[name.split('.').at(-1)?.toLowerCase() ?? ''];
}

/** Names of the vault's entries, where they are known. */
export function useVaultEntries(): readonly string[] | undefined {
  const vault = useStore((state) => state.vault);
  return vault === 'locked' ? undefined : vault;
}

/** Reads the names of the vault's entries; a locked vault asks for its passphrase. */
export async function loadVault(): Promise<void> {
  const { siteName } = get();
  if (siteName === undefined) return;
  const { value, error } = await outcome((client) => client.vault.list({ site: siteName }));
  if (get().siteName !== siteName) return;
  if (value !== undefined) set({ vault: value });
  else if (wantsPassphrase(error)) set({ vault: 'locked', locked: true });
  else set({ error });
}

/** Stores a secret in the site's vault; gives what went wrong, if something did. */
export async function keepSecret(name: string, value: string): Promise<ErrorView | undefined> {
  const { siteName } = get();
  if (siteName === undefined) return undefined;
  const { error } = await outcome((client) => client.vault.set({ site: siteName, name, value }));
  if (wantsPassphrase(error)) set({ locked: true });
  if (error === undefined) await loadVault();
  return error;
}

export async function checkInventory(file: InventoryFile): Promise<CheckedInventory | undefined> {
  const { siteName } = get();
  const { format, contentBase64 } = file;
  return siteName === undefined
    ? undefined
    : await attempt((client) => client.site.checkInventory({ site: siteName, format, contentBase64 }));
}

/** Replaces the hosts of the site by those of the file; other unsaved changes stay as they were typed. */
export async function importInventory({ format, contentBase64 }: InventoryFile): Promise<boolean> {
  const { siteName } = get();
  if (siteName === undefined) return false;
  const site = await attempt((client) => client.site.importInventory({ site: siteName, format, contentBase64 }));
  if (site !== undefined) set({ site, plan: undefined });
  return site !== undefined;
}

export async function downloadExample(): Promise<void> {
  const example = await attempt((client) => client.site.example());
  if (example !== undefined) save('inventory.csv', new TextEncoder().encode(example.csv), 'text/csv');
}

/** Tries the way to a host as it is typed; what the host refuses is the result. */
export async function testHost(host: Host): Promise<HostTest | undefined> {
  const { siteName } = get();
  if (siteName === undefined) return undefined;
  const { value, error } = await outcome((client) => client.site.testHost({ site: siteName, host }));
  if (wantsPassphrase(error)) set({ locked: true });
  return value ?? { ok: false, ...(error && { error }) };
}
