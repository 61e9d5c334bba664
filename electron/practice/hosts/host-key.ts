import { createPublicKey, generateKeyPairSync, randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { replaceFile } from '../settings.ts';

/** The host key kept in a file, in OpenSSH's private key format; made at the first call. */
export async function keptHostKey(file: string): Promise<string> {
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  if (kept?.startsWith('-----BEGIN OPENSSH PRIVATE KEY-----')) return kept;
  const made = newHostKey();
  await replaceFile(file, made);
  return made;
}

/** A new Ed25519 key in OpenSSH's own format, the only one in which ssh2 reads this kind. */
export function newHostKey(): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  const seed = fromBase64Url(privateKey.export({ format: 'jwk' }).d!);
  const point = fromBase64Url(createPublicKey(privateKey).export({ format: 'jwk' }).x!);
  const kind = field('ssh-ed25519');
  const publicKey = Buffer.concat([kind, field(point)]);
  const check = number(randomInt(2 ** 32));
  const secret = Buffer.concat([check, check, publicKey, field(Buffer.concat([seed, point])), field('')]);
  // The section is filled up to the cipher's block of 8 with 1, 2, 3, ...
  const filling = Buffer.from(Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, at) => at + 1));
  const body = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    field('none'),
    field('none'),
    field(''),
    number(1),
    field(publicKey),
    field(Buffer.concat([secret, filling])),
  ]);
  const lines = body.toString('base64').match(/.{1,70}/g)!;
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join('\n')}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

function field(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([number(bytes.length), bytes]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function fromBase64Url(text: string): Buffer {
  return Buffer.from(text, 'base64url');
}
