import { compare, hash } from 'bcryptjs';

/**
 * Rounds as a power of two. The registry verifies the password anew at every request, so the cost is paid with each layer;
 * a password that the walk makes has more than 113 bits and needs none.
 */
const rounds = 5;

/** The registry's only account, as one line of htpasswd; a new salt each time. */
export async function accountLine(user: string, password: string): Promise<string> {
  // The registry is Go: it knows the same algorithm by this older name, too, and htpasswd writes that one.
  return `${user}:${(await hash(password, rounds)).replace(/^\$2[ab]\$/, '$2y$')}\n`;
}

/** Whether the file holds this account with this password, and nothing else. */
export async function holdsAccount(file: string, user: string, password: string): Promise<boolean> {
  const [line = '', ...rest] = file.split('\n');
  if (rest.join('') !== '' || !line.startsWith(`${user}:`)) return false;
  return await compare(password, line.slice(user.length + 1));
}
