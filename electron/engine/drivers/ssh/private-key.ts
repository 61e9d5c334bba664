import { createPrivateKey, randomBytes } from 'node:crypto';
import ssh2 from 'ssh2';

/** Whether a credential is a private key rather than a password. */
export function isPrivateKey(secret: string): boolean {
  return secret.trimStart().startsWith('-----BEGIN');
}

/**
 * A private key in a form that the SSH library reads. OpenSSH and traditional PEM pass as they are; PKCS#8, which
 * Node and OpenSSL 3 write by default, is rewritten. Throws with the reason when it cannot be read.
 */
export function readablePrivateKey(pem: string): string {
  const parsed = ssh2.utils.parseKey(pem);
  if (!(parsed instanceof Error)) return pem;
  const encrypted = /encrypted/i.test(parsed.message) || pem.includes('ENCRYPTED');
  if (encrypted) throw new Error('the private key is protected by a passphrase');
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType === 'rsa') return key.export({ type: 'pkcs1', format: 'pem' }).toString();
  if (key.asymmetricKeyType === 'ec') return key.export({ type: 'sec1', format: 'pem' }).toString();
  if (key.asymmetricKeyType === 'ed25519') {
    const { x, d } = key.export({ format: 'jwk' });
    return openSshEd25519(Buffer.from(x!, 'base64url'), Buffer.from(d!, 'base64url'));
  }
  throw new Error(`keys of type ${key.asymmetricKeyType} are not usable for SSH`);
}

/** The `openssh-key-v1` container (OpenSSH, PROTOCOL.key) around one unencrypted Ed25519 key. */
function openSshEd25519(publicKey: Buffer, seed: Buffer): string {
  const field = (value: Buffer | string): Buffer => {
    const bytes = Buffer.from(value as string);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const one = Buffer.from([0, 0, 0, 1]);
  const publicBlob = Buffer.concat([field('ssh-ed25519'), field(publicKey)]);
  const check = randomBytes(4);
  const secret = Buffer.concat([check, check, publicBlob, field(Buffer.concat([seed, publicKey])), field('')]);
  const padding = Buffer.from(Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, index) => index + 1));
  const content = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    field('none'),
    field('none'),
    field(''),
    one,
    field(publicBlob),
    field(Buffer.concat([secret, padding])),
  ]);
  const lines = content.toString('base64').match(/.{1,70}/g) ?? [];
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join('\n')}\n-----END OPENSSH PRIVATE KEY-----\n`;
}
