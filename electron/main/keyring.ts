import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { safeStorage } from 'electron';
import { z } from 'zod';

/** Sealed passphrases, base64, by site. */
const entriesSchema = z.record(z.string(), z.string());

/**
 * Passphrases of vaults, kept under the operating system's own keyring. Without a real one (`basic_text` on Linux hides
 * nothing) nothing is kept, and the passphrase is asked for: the vault's key then comes from scrypt alone.
 */
export type Keyring = {
  readonly available: boolean;
  readonly sites: () => readonly string[];
  /** False where there is no keyring. */
  readonly remember: (site: string, passphrase: string) => Promise<boolean>;
  readonly forget: (site: string) => boolean;
  /** What could be read, by site, and what was kept since; entries of another account's keyring are left out. */
  readonly passphrases: () => Readonly<Record<string, string>>;
};

export async function openKeyring(home: string): Promise<Keyring> {
  const file = join(home, 'desktop', 'keyring.json');
  const available = await isAvailable();
  const read = (): Record<string, string> => {
    try {
      return entriesSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    } catch {
      return {};
    }
  };
  const write = (entries: Record<string, string>) => {
    mkdirSync(join(home, 'desktop'), { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.new`, `${JSON.stringify(entries, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
  const passphrases: Record<string, string> = {};
  for (const [site, sealed] of available ? Object.entries(read()) : []) {
    const words = await unseal(Buffer.from(sealed, 'base64')).catch(() => undefined);
    if (words !== undefined) passphrases[site] = words;
  }
  return {
    available,
    sites: () => Object.keys(read()),
    remember: async (site, passphrase) => {
      if (!available) return false;
      const sealed = await seal(passphrase);
      write({ ...read(), [site]: sealed.toString('base64') });
      passphrases[site] = passphrase;
      return true;
    },
    forget: (site) => {
      const { [site]: known, ...others } = read();
      if (known !== undefined) write(others);
      delete passphrases[site];
      return known !== undefined;
    },
    passphrases: () => passphrases,
  };
}

async function isAvailable(): Promise<boolean> {
  // Older runtimes cannot tell the back end; on Linux that is taken for none.
  if (process.platform === 'linux') {
    const backend = safeStorage.getSelectedStorageBackend?.() ?? 'unknown';
    if (backend === 'basic_text' || backend === 'unknown') return false;
  }
  return (await safeStorage.isAsyncEncryptionAvailable?.()) ?? safeStorage.isEncryptionAvailable();
}

// The asynchronous calls do not freeze the window while the keyring asks its person; older runtimes have the others only.
async function seal(words: string): Promise<Buffer> {
  return (await safeStorage.encryptStringAsync?.(words)) ?? safeStorage.encryptString(words);
}

async function unseal(sealed: Buffer): Promise<string> {
  return (await safeStorage.decryptStringAsync?.(sealed))?.result ?? safeStorage.decryptString(sealed);
}
