import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { SitewrightError } from '../../../contract/errors.ts';
import { digestOf } from '../blob.ts';
import { canonicalJson } from '../canonical.ts';
import { digestSchema } from '../digest.ts';
import type { SigningKey } from '../keys.ts';
import { checkSignature, signatureSchema, signBytes } from '../signature.ts';

const heldSchema = z.strictObject({ digest: digestSchema, size: z.number().int().min(0) });

/** What a site's registry was seen to hold, repository by repository. */
const inventorySchema = z.strictObject({
  format: z.literal(1),
  site: z.string(),
  /** Host and port of the registry. */
  registry: z.string(),
  /** When it was read, ISO 8601 UTC. */
  read: z.string(),
  repositories: z.array(
    z.strictObject({
      /** As the release names it, without the site's prefix. */
      name: z.string(),
      tags: z.array(z.strictObject({ tag: z.string(), digest: digestSchema })),
      manifests: z.array(heldSchema),
      blobs: z.array(heldSchema),
    }),
  ),
});
export type SiteInventory = z.infer<typeof inventorySchema>;

const fileSchema = z.strictObject({ inventory: inventorySchema, signature: signatureSchema });

/** A site inventory as a file: canonical JSON with the signature of the site's key over the inventory's own bytes. */
export function signInventory(inventory: SiteInventory, key: SigningKey): string {
  const signature = signBytes(Buffer.from(canonicalJson(inventory)), key);
  return canonicalJson({ inventory, signature });
}

export type ReadInventory = {
  readonly inventory: SiteInventory;
  /** Digest of the signed bytes. */
  readonly digest: string;
  /** Fingerprint of the site's key. */
  readonly key: string;
};

/** Reads an inventory whose signature is valid. Errors: usage-invalid, site-inventory-invalid. */
export async function readInventory(file: string): Promise<ReadInventory> {
  const content = await readFile(file, 'utf8').catch(() => {
    throw new SitewrightError('usage-invalid', { problem: file });
  });
  const refuse = (problem: string) => new SitewrightError('site-inventory-invalid', { file, problem });
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    throw refuse('JSON');
  }
  const parsed = fileSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refuse(`${issue?.path.join('.')}: ${issue?.message}`);
  }
  if (canonicalJson(value) !== content) throw refuse('canonical JSON');
  const { inventory, signature } = parsed.data;
  const bytes = Buffer.from(canonicalJson(inventory));
  const checked = checkSignature(bytes, signature);
  if (!checked.valid) throw refuse('Ed25519');
  return { inventory, digest: digestOf(bytes), key: checked.key };
}
