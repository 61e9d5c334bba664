import { SitewrightError } from '../../../contract/errors.ts';
import type { CommandResult } from './command.ts';
import type { Connection } from './connection.ts';
import { fileFailure } from './failures.ts';
import { type HostFiles, temporaryPath } from './files.ts';
import type { FileOptions, FileStat } from './host.ts';

/** Runs installer-scripts/host-file.sh as root where the site says so, with content on its stdin. */
export type RunFileScript = (args: readonly string[], content?: Buffer) => Promise<CommandResult>;

/** Exit code of host-file.sh for a path that is not there. */
const missing = 44;
const types: Readonly<Record<string, FileStat['type']>> = { file: 'file', folder: 'folder', link: 'link' };

/** File operations by a shell script: for sudo accounts, whose SFTP has their own rights only, and hosts without SFTP. */
export function shellFiles(connection: Connection, run: RunFileScript): HostFiles {
  const { host } = connection;
  const ask = async (what: string, path: string, args: readonly string[], content?: Buffer): Promise<CommandResult> => {
    const result = await run([what, path, ...args], content);
    if (result.code === 0 || result.code === missing) return result;
    throw fileFailure(host, path, what, result.stderr.toString('utf8').trim(), result.code);
  };
  /** Mode, owner and group as the script takes them; `-` leaves the owner alone. */
  const rights = ({ mode, uid, gid }: FileOptions): string[] => [
    mode.toString(8).padStart(4, '0'),
    uid === undefined ? '-' : String(uid),
    gid === undefined ? '-' : String(gid),
  ];
  return {
    readFile: async (path) => {
      const result = await ask('read', path, []);
      return result.code === missing ? undefined : result.stdout;
    },
    writeFile: async (path, content, options) => {
      await ask('write', path, [temporaryPath(path), String(content.length), ...rights(options)], content);
    },
    makeFolder: async (path, options) => {
      await ask('folder', path, rights(options));
    },
    stat: async (path) => {
      const result = await ask('stat', path, []);
      if (result.code === missing) return undefined;
      const words = result.stdout.toString('utf8').trim();
      const fields = /^(\w+) (\d+) ([0-7]+) (\d+) (\d+)$/.exec(words);
      if (fields === null)
        throw new SitewrightError('host-script-output', { host: host.name, what: `stat ${path}` }, { detail: words });
      return {
        type: types[fields[1]!] ?? 'other',
        size: Number(fields[2]),
        mode: Number.parseInt(fields[3]!, 8),
        uid: Number(fields[4]),
        gid: Number(fields[5]),
      };
    },
    list: async (path) => {
      const result = await ask('list', path, []);
      return result.code === missing
        ? []
        : result.stdout
            .toString('utf8')
            .split('\0')
            .filter((name) => name !== '')
            .sort();
    },
    remove: async (path) => {
      await ask('remove', path, []);
    },
  };
}
