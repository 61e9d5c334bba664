import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
} from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SitewrightError } from '../../contract/errors.ts';
import { text } from '../../contract/text.ts';

/** A key that signs bundles, and the fingerprint by which people know it. */
export type SigningKey = {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly fingerprint: string;
};

/** The first 16 hex digits of the SHA-256 over the public key (SPKI DER), in groups of four. */
export function keyFingerprint(publicKey: KeyObject): string {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  const digits = createHash('sha256').update(der).digest('hex').slice(0, 16);
  return digits.replace(/(.{4})(?=.)/g, '$1-');
}

/** The Ed25519 key of a PKCS8 PEM. Error: usage-invalid. */
export function signingKeyOf(key: KeyObject | string, name = 'key'): SigningKey {
  let privateKey: KeyObject;
  try {
    privateKey = typeof key === 'string' ? createPrivateKey(key) : key;
  } catch {
    // The reason is left out: it could quote the key.
    throw new SitewrightError('usage-invalid', { problem: text('usage.key-form', { name }) });
  }
  if (privateKey.type !== 'private' || privateKey.asymmetricKeyType !== 'ed25519') {
    throw new SitewrightError('usage-invalid', { problem: text('usage.key-kind', { name }) });
  }
  const publicKey = createPublicKey(privateKey);
  return { privateKey, publicKey, fingerprint: keyFingerprint(publicKey) };
}

/** Reads the signing key of a file (PKCS8 PEM), or makes one there that only its owner may read. Error: usage-invalid. */
export async function loadOrCreateSigningKey(file: string): Promise<SigningKey> {
  const existing = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (existing !== undefined) return signingKeyOf(existing, file);
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${randomUUID()}`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    await handle.writeFile(pem);
    await handle.sync();
    await handle.close();
    // A link never replaces: of two that start at once, the later one reads the key that the first made whole.
    await link(draft, file).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') await rename(draft, file);
    });
  } finally {
    await rm(draft, { force: true });
  }
  return signingKeyOf(await readFile(file, 'utf8'), file);
}
