import { randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto';

/** Characters that are not mistaken for each other on paper: no 0 O o, 1 l I. */
const alphabet = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const cost = 16_384;
const blockSize = 8;
const parallelization = 1;
const hashBytes = 64;

/** An initial password: 20 readable characters, at least one lower-case letter, one capital and one digit (over 113 bits). */
export function makePassword(): string {
  for (;;) {
    const password = Array.from({ length: 20 }, () => alphabet[randomInt(alphabet.length)]).join('');
    if (/[a-z]/.test(password) && /[A-Z]/.test(password) && /[2-9]/.test(password)) return password;
  }
}

/** `scrypt$16384$8$1$<salt base64>$<64-byte hash base64>`, with a new 16-byte salt each time. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt);
  return ['scrypt', cost, blockSize, parallelization, salt.toString('base64'), hash.toString('base64')].join('$');
}

/** True when the password is the one that was hashed; false also for a hash of another form. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [name, n, r, p, salt, hash] = stored.split('$');
  if (name !== 'scrypt' || salt === undefined || hash === undefined) return false;
  if (Number(n) !== cost || Number(r) !== blockSize || Number(p) !== parallelization) return false;
  const wanted = Buffer.from(hash, 'base64');
  if (wanted.length !== hashBytes) return false;
  return timingSafeEqual(await derive(password, Buffer.from(salt, 'base64')), wanted);
}

function derive(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, hashBytes, { N: cost, r: blockSize, p: parallelization }, (error, hash) => {
      if (error) reject(error);
      else resolve(hash);
    });
  });
}
