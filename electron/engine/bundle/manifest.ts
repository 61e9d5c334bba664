import { createPublicKey, verify } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SitewrightError } from '../../contract/errors.ts';
import { digestOf } from './blob.ts';
import { canonicalJson } from './canonical.ts';
import {
  type BundleManifest,
  bundleManifestSchema,
  contradictionIn,
  manifestFile,
  signatureFile,
  signatureSchema,
} from './format.ts';
import { keyFingerprint } from './keys.ts';

export type SignedManifest = {
  readonly manifest: BundleManifest;
  /** SHA-256 over the bytes of `manifest.json`. */
  readonly digest: string;
  /** `key` is the signer's fingerprint, empty when there is no readable signature. */
  readonly signature: { readonly valid: boolean; readonly key: string };
};

/** Reads the manifest in the first folder that has one. Errors: bundle-not-found, bundle-invalid. */
export async function readManifest(folders: readonly string[]): Promise<SignedManifest> {
  for (const folder of folders) {
    const bytes = await readFile(join(folder, manifestFile)).catch(() => undefined);
    if (bytes === undefined) continue;
    const sealed = await readFile(join(folder, signatureFile)).catch(() => undefined);
    return { manifest: parseManifest(bytes), digest: digestOf(bytes), signature: checkSignature(bytes, sealed) };
  }
  throw new SitewrightError('bundle-not-found', { folder: folders.join(', ') });
}

function parseManifest(bytes: Buffer): BundleManifest {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new SitewrightError('bundle-invalid', { file: manifestFile, problem: 'JSON' }, { cause: error });
  }
  // Signed bytes must read the same everywhere: a double key, say, means one thing here and another there.
  if (canonicalJson(value) !== bytes.toString('utf8'))
    throw new SitewrightError('bundle-invalid', { file: manifestFile, problem: 'canonical JSON' });
  const parsed = bundleManifestSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new SitewrightError('bundle-invalid', {
      file: manifestFile,
      problem: `${issue?.path.join('.')}: ${issue?.message}`,
    });
  }
  const problem = contradictionIn(parsed.data);
  if (problem !== undefined) throw new SitewrightError('bundle-invalid', { file: manifestFile, problem });
  return parsed.data;
}

/** Says whether the signature fits the key that it carries; whether that key is trusted is for the site to say. */
function checkSignature(bytes: Buffer, sealed: Buffer | undefined): SignedManifest['signature'] {
  try {
    const { key, signature } = signatureSchema.parse(JSON.parse(sealed?.toString('utf8') ?? ''));
    const publicKey = createPublicKey({ key: Buffer.from(key, 'base64'), type: 'spki', format: 'der' });
    if (publicKey.asymmetricKeyType !== 'ed25519') return { valid: false, key: '' };
    // The fingerprint is computed, not believed.
    return { valid: verify(null, bytes, publicKey, Buffer.from(signature, 'base64')), key: keyFingerprint(publicKey) };
  } catch {
    return { valid: false, key: '' };
  }
}
