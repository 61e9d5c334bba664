import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

/** Kinds of key that are issued here. P-521 and Ed25519 are left out: browsers refuse them. */
export const keyKinds = ['p256', 'rsa2048', 'rsa3072', 'rsa4096'] as const;
export type KeyKind = (typeof keyKinds)[number];

const rsaBits = { rsa2048: 2048, rsa3072: 3072, rsa4096: 4096 } as const;
const generate = promisify(generateKeyPair);

/** A new private key as PKCS#8 PEM, made outside the event loop. */
export async function makePrivateKey(kind: KeyKind = 'p256'): Promise<string> {
  const { privateKey } =
    kind === 'p256'
      ? await generate('ec', { namedCurve: 'P-256' })
      : await generate('rsa', { modulusLength: rsaBits[kind], publicExponent: 0x10001 });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** The public half of a private key, SubjectPublicKeyInfo in DER. */
export function publicKeyOf(privateKey: string): Buffer<ArrayBuffer> {
  return Buffer.from(createPublicKey(createPrivateKey(privateKey)).export({ type: 'spki', format: 'der' }));
}

/** Whether a private key belongs to a public one. Unreadable keys do not match. */
export function keyMatches(privateKey: string, publicKey: KeyObject): boolean {
  try {
    return publicKeyOf(privateKey).equals(publicKey.export({ type: 'spki', format: 'der' }));
  } catch {
    return false;
  }
}

/** Whether the key is an RSA key: key usage and signature algorithm depend on it. */
export function isRsa(privateKey: string): boolean {
  return createPrivateKey(privateKey).asymmetricKeyType === 'rsa';
}

/** The private key as Web Crypto wants it for signing with SHA-256. */
export async function signingKey(privateKey: string): Promise<Awaited<ReturnType<typeof crypto.subtle.importKey>>> {
  const key = createPrivateKey(privateKey);
  const algorithm =
    key.asymmetricKeyType === 'rsa'
      ? { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
      : { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const pkcs8 = Buffer.from(key.export({ type: 'pkcs8', format: 'der' }));
  return await crypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']);
}
