import { SitewrightError } from '../../../contract/errors.ts';
import { runCommand } from './command.ts';
import type { Connection } from './connection.ts';
import { isPrivateKey } from './private-key.ts';

/** How a command becomes root's: words before it, and a first line for its stdin. */
export type Become = { readonly prefix: string; readonly firstLine: string };

/**
 * Finds out once per connection how root is had. The password goes to sudo's stdin only when sudo is sure to read it:
 * `-k` ignores a remembered ticket, so that the line can never reach the command behind it.
 * Error: host-sudo-refused.
 */
export async function findBecome(connection: Connection, secret: string): Promise<Become> {
  const { host } = connection;
  if (host.become === 'root') return { prefix: '', firstLine: '' };
  const free = await runCommand(connection, 'sudo -k -n sh -c :', 'sudo');
  if (free.code === 0) return { prefix: 'sudo -n ', firstLine: '' };
  const refused = (stderr: Buffer): SitewrightError =>
    new SitewrightError(
      'host-sudo-refused',
      { host: host.name, user: host.user },
      { detail: stderr.toString('utf8').trim() },
    );
  if (host.become === 'sudo' || isPrivateKey(secret)) throw refused(free.stderr);
  const become = { prefix: "sudo -k -S -p '' ", firstLine: `${secret}\n` };
  const asked = await runCommand(connection, `${become.prefix}sh -c :`, 'sudo', { stdin: become.firstLine });
  if (asked.code !== 0) throw refused(asked.stderr);
  return become;
}
