import { createHash, type Hash } from 'node:crypto';
import { z } from 'zod';

/** A digest as OCI writes it, by either registered algorithm: `sha256:` and 64 hex digits, or `sha512:` and 128. */
export const digestSchema = z.string().regex(/^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/);

/** Hashes bytes by the algorithm of a digest, to be compared with it. */
export type DigestCheck = {
  readonly update: (content: Uint8Array) => void;
  /** Ends the hashing: whether the bytes were the right ones. */
  readonly matches: () => boolean;
};

export function checkDigest(digest: string): DigestCheck {
  const algorithm = algorithmOf(digest);
  const hash: Hash = createHash(algorithm);
  return {
    update: (content) => void hash.update(content),
    matches: () => `${algorithm}:${hash.digest('hex')}` === digest,
  };
}

/** Whether small bytes have this digest. */
export function hasDigest(content: Uint8Array, digest: string): boolean {
  const check = checkDigest(digest);
  check.update(content);
  return check.matches();
}

/** SHA-256 of a stream. */
export async function digestOfStream(content: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of content) hash.update(piece);
  return `sha256:${hash.digest('hex')}`;
}

/** Where a content store keeps a blob: `sha256/0123...`. */
export function digestPath(digest: string): string {
  return digest.replace(':', '/');
}

function algorithmOf(digest: string): 'sha256' | 'sha512' {
  return digest.startsWith('sha512:') ? 'sha512' : 'sha256';
}
