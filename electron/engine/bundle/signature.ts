import { createPublicKey, sign, verify } from 'node:crypto';
import { z } from 'zod';
import { keyFingerprint, type SigningKey } from './keys.ts';

/** An Ed25519 signature as it is stored: `manifest.sig`, and inside of a site inventory. */
export const signatureSchema = z.strictObject({
  algorithm: z.literal('Ed25519'),
  /** Public key, SPKI DER in base64. */
  key: z.string(),
  fingerprint: z.string(),
  /** Base64. */
  signature: z.string(),
});
export type StoredSignature = z.infer<typeof signatureSchema>;

export function signBytes(bytes: Uint8Array, key: SigningKey): StoredSignature {
  return {
    algorithm: 'Ed25519',
    key: key.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    fingerprint: key.fingerprint,
    signature: sign(null, bytes, key.privateKey).toString('base64'),
  };
}

/** `key` is the signer's fingerprint, empty when the signature cannot be read. */
export type CheckedSignature = { readonly valid: boolean; readonly key: string };

/** A bundle's signature; `found` is false where no folder has one. */
export type BundleSignature = CheckedSignature & { readonly found: boolean };

/** Says whether a signature fits the key that it carries; whether that key is trusted is for others to say. */
export function checkSignature(bytes: Uint8Array, stored: unknown): CheckedSignature {
  try {
    const { key, signature } = signatureSchema.parse(stored);
    const publicKey = createPublicKey({ key: Buffer.from(key, 'base64'), type: 'spki', format: 'der' });
    if (publicKey.asymmetricKeyType !== 'ed25519') return { valid: false, key: '' };
    // The fingerprint is computed, not believed.
    return { valid: verify(null, bytes, publicKey, Buffer.from(signature, 'base64')), key: keyFingerprint(publicKey) };
  } catch {
    return { valid: false, key: '' };
  }
}
