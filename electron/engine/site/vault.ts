import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { SitewrightError } from '../../contract/errors.ts';
import { writeDurably } from '../evidence/evidence-store.ts';
import { secretForms } from './secret-forms.ts';

/** Where credentials live, and nowhere else. Entry names are not secret, values are. */
export type Vault = {
  /** Error: vault-missing-secret. */
  readonly get: (name: string) => string;
  readonly has: (name: string) => boolean;
  /** Durable before it returns. */
  readonly set: (name: string, value: string) => void;
  readonly names: () => readonly string[];
  /** The entry's value; made by `make` and stored durably first if it is not there yet. */
  readonly getOrCreate: (name: string, make: () => string) => string;
  /** Masks every known secret (plain, base64, URL-encoded, JSON-escaped) in a text by its entry's name. */
  readonly mask: (words: string) => string;
};

/** How a passphrase becomes a key (scrypt, RFC 7914): 64 MiB of memory, about 0.2 s. */
const scrypt = { N: 1 << 16, r: 8, p: 1 } as const;

const vaultFileSchema = z.strictObject({
  format: z.literal(1),
  /** The keyring of the desktop will add `keyring` here. */
  key: z.strictObject({
    kind: z.literal('scrypt'),
    N: z
      .int()
      .min(2)
      .max(1 << 17),
    r: z.int().min(1).max(8),
    p: z.int().min(1).max(4),
    salt: z.string(),
  }),
  cipher: z.literal('aes-256-gcm'),
  nonce: z.string(),
  tag: z.string(),
  data: z.string(),
});

/** Opens the vault file, or makes it with the first passphrase. Errors: vault-wrong-passphrase, site-invalid. */
export function openVault(file: string, passphrase: string, site: string): Vault {
  const existing = existsSync(file) ? readVaultFile(file) : undefined;
  const parameters = existing?.key ?? { kind: 'scrypt' as const, ...scrypt, salt: randomBytes(32).toString('base64') };
  const key = keyOf(file, passphrase, parameters);

  const decrypt = (sealed: z.infer<typeof vaultFileSchema>): Map<string, string> => {
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(sealed.nonce, 'base64'), { authTagLength: 16 });
      decipher.setAAD(Buffer.from(site));
      decipher.setAuthTag(Buffer.from(sealed.tag, 'base64'));
      const plain = Buffer.concat([decipher.update(Buffer.from(sealed.data, 'base64')), decipher.final()]);
      return new Map(Object.entries(JSON.parse(plain.toString('utf8')) as Record<string, string>));
    } catch (error) {
      throw new SitewrightError('vault-wrong-passphrase', { site }, { cause: error });
    }
  };

  const save = (entries: ReadonlyMap<string, string>): void => {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    cipher.setAAD(Buffer.from(site));
    const data = Buffer.concat([cipher.update(JSON.stringify(Object.fromEntries(entries)), 'utf8'), cipher.final()]);
    const sealed = {
      format: 1,
      key: parameters,
      cipher: 'aes-256-gcm',
      nonce: nonce.toString('base64'),
      tag: cipher.getAuthTag().toString('base64'),
      data: data.toString('base64'),
    };
    writeDurably(file, `${JSON.stringify(sealed, null, 2)}\n`);
  };

  let entries: ReadonlyMap<string, string> = existing === undefined ? new Map() : decrypt(existing);
  if (existing === undefined) save(entries);
  let masks = secretForms(entries);

  const set = (name: string, value: string): void => {
    const changed = new Map(entries).set(name, value);
    save(changed);
    entries = changed;
    masks = secretForms(entries);
  };
  const get = (name: string): string => {
    const value = entries.get(name);
    if (value === undefined) throw new SitewrightError('vault-missing-secret', { name });
    return value;
  };
  return {
    get,
    set,
    has: (name) => entries.has(name),
    names: () => [...entries.keys()].sort(),
    getOrCreate: (name, make) => {
      if (!entries.has(name)) set(name, make());
      return get(name);
    },
    mask: (words) => masks.reduce((masked, [form, name]) => masked.replaceAll(form, `<${name}>`), words),
  };
}

type KeyParameters = z.infer<typeof vaultFileSchema>['key'];

/** Error: site-invalid where the file's parameters are none that scrypt takes. */
function keyOf(file: string, passphrase: string, { N, r, p, salt }: KeyParameters): Buffer {
  try {
    return scryptSync(passphrase.normalize('NFKC'), Buffer.from(salt, 'base64'), 32, {
      N,
      r,
      p,
      maxmem: 256 * 1024 * 1024,
    });
  } catch (error) {
    throw new SitewrightError('site-invalid', { file, problem: 'key' }, { cause: error });
  }
}

function readVaultFile(file: string): z.infer<typeof vaultFileSchema> {
  try {
    return vaultFileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new SitewrightError('site-invalid', { file, problem: 'vault' }, { cause: error });
  }
}
