import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SitewrightError } from '../../contract/errors.ts';
import { digestOf } from './blob.ts';
import { canonicalJson } from './canonical.ts';
import { type BundleManifest, bundleManifestSchema, contradictionIn, manifestFile, signatureFile } from './format.ts';
import { type BundleSignature, checkSignature } from './signature.ts';

export type SignedManifest = {
  readonly manifest: BundleManifest;
  /** SHA-256 over the bytes of `manifest.json`. */
  readonly digest: string;
  readonly signature: BundleSignature;
};

/** Reads the manifest in the first folder that has one; its signature may lie in any of them. Errors: bundle-not-found, bundle-invalid. */
export async function readManifest(folders: readonly string[]): Promise<SignedManifest> {
  for (const folder of folders) {
    const bytes = await readFile(join(folder, manifestFile)).catch(() => undefined);
    if (bytes === undefined) continue;
    return { manifest: parseManifest(bytes), digest: digestOf(bytes), signature: await findSignature(folders, bytes) };
  }
  throw new SitewrightError('bundle-not-found', { folder: folders.join(', ') });
}

/** A bundle that is used for more than looking at it. Errors: bundle-unsigned, bundle-signature-invalid. */
export function demandSignature({ valid, found }: BundleSignature, folders: readonly string[]): void {
  if (valid) return;
  throw new SitewrightError(found ? 'bundle-signature-invalid' : 'bundle-unsigned', { folder: folders.join(', ') });
}

/** The signature that fits, else one that does not. */
async function findSignature(folders: readonly string[], bytes: Buffer): Promise<BundleSignature> {
  let other: BundleSignature = { found: false, valid: false, key: '' };
  for (const folder of folders) {
    const sealed = await readFile(join(folder, signatureFile)).catch(() => undefined);
    if (sealed === undefined) continue;
    const checked = { ...checkSignature(bytes, parsedSignature(sealed)), found: true };
    if (checked.valid) return checked;
    if (!other.found) other = checked;
  }
  return other;
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

function parsedSignature(sealed: Buffer): unknown {
  try {
    return JSON.parse(sealed.toString('utf8'));
  } catch {
    return undefined;
  }
}
