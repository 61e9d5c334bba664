import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SitewrightError } from '../../contract/errors.ts';
import { digestOf } from './blob.ts';
import { canonicalJson } from './canonical.ts';
import { type BundleManifest, bundleManifestSchema, contradictionIn, manifestFile, signatureFile } from './format.ts';
import { checkSignature } from './signature.ts';

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
    return {
      manifest: parseManifest(bytes),
      digest: digestOf(bytes),
      signature: checkSignature(bytes, parsedSignature(sealed)),
    };
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

function parsedSignature(sealed: Buffer | undefined): unknown {
  try {
    return JSON.parse(sealed?.toString('utf8') ?? '');
  } catch {
    return undefined;
  }
}
