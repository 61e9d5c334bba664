import { Buffer } from 'node:buffer';
import { type Become, findBecome } from './become.ts';
import { type CommandResult, runCommand } from './command.ts';
import { type ConnectionOptions, openConnection } from './connection.ts';
import type { HostFiles } from './files.ts';
import type { ExecOptions, ExecResult, RemoteHost } from './host.ts';
import { createLimit } from './limit.ts';
import { quote } from './quote.ts';
import type { ScriptSource } from './scripts.ts';
import { openSftp, sftpFiles } from './sftp-files.ts';
import { shellFiles } from './shell-files.ts';

export type HostOptions = ConnectionOptions & { readonly scripts: ScriptSource };

/** A host on one live connection; once that is lost, every call fails with ssh-unreachable. */
export type ConnectedHost = RemoteHost & { readonly alive: () => boolean };

/** Sessions at once on one connection, the SFTP session included: sshd allows ten by default. */
const channelLimit = 8;

/**
 * Connects to a host. `exec` runs as the account itself; scripts and file operations have root's rights where the
 * site says how root is had. Errors: ssh-unreachable, ssh-auth-failed, ssh-host-key-changed, cancelled.
 */
export async function connectHost(options: HostOptions): Promise<ConnectedHost> {
  const { host, scripts } = options;
  const connection = await openConnection(options);
  const limit = createLimit(channelLimit - 1);
  const command = (line: string, what: string, exec?: ExecOptions): Promise<CommandResult> =>
    limit(() => runCommand(connection, line, what, exec));

  let become: Promise<Become> | undefined;
  const root = (): Promise<Become> => {
    become ??= limit(() => findBecome(connection, options.secret));
    // A refusal may be put right while the program runs; it is asked again next time.
    become.catch(() => {
      become = undefined;
    });
    return become;
  };

  /** Runs a script that itself reads what follows it on stdin. */
  const runFed = async (
    name: string,
    args: readonly string[],
    what: string,
    exec: ExecOptions,
  ): Promise<CommandResult> => {
    const [script, { prefix, firstLine }] = await Promise.all([scripts.read(name), root()]);
    // Some shells read ahead on stdin, so the script is taken byte by byte and the content stays for the script itself.
    const taker = `eval "$(dd bs=1 count=${script.length} 2>/dev/null)"`;
    const line = `${prefix}sh -c ${quote(taker)} ${name} ${args.map(quote).join(' ')}`;
    return await command(line, what, { ...exec, stdin: following(firstLine, script, exec.stdin) });
  };
  const runFileScript = (args: readonly string[], content?: Buffer): Promise<CommandResult> =>
    runFed('host-file.sh', args, `${args[0]} ${args[1]}`, content === undefined ? {} : { stdin: content });

  let files: Promise<HostFiles> | undefined;
  const openFiles = async (): Promise<HostFiles> => {
    const sftp = host.become === 'root' ? await openSftp(connection) : undefined;
    return sftp === undefined ? shellFiles(connection, runFileScript) : sftpFiles(connection, sftp);
  };
  const withFiles = (): Promise<HostFiles> => {
    files ??= openFiles();
    files.catch(() => {
      files = undefined;
    });
    return files;
  };

  return {
    name: host.name,
    hostKey: connection.fingerprint,
    alive: connection.alive,
    exec: async (line, exec) => spoken(await command(line, shorten(line), exec)),
    script: async (name, args = [], exec = {}) => {
      if (exec.stdin !== undefined) return spoken(await runFed(name, args, name, exec));
      const [script, { prefix, firstLine }] = await Promise.all([scripts.read(name), root()]);
      const line = `${prefix}sh -s -- ${args.map(quote).join(' ')}`.trimEnd();
      return spoken(await command(line, name, { ...exec, stdin: Buffer.concat([Buffer.from(firstLine), script]) }));
    },
    readFile: async (path) => await (await withFiles()).readFile(path),
    writeFile: async (path, content, file) =>
      await (await withFiles()).writeFile(path, Buffer.from(content as Uint8Array), file),
    makeFolder: async (path, folder) => await (await withFiles()).makeFolder(path, folder),
    stat: async (path) => await (await withFiles()).stat(path),
    list: async (path) => await (await withFiles()).list(path),
    remove: async (path) => await (await withFiles()).remove(path),
    close: connection.close,
  };
}

/** First line, script and content as one input; a stream stays a stream. */
function following(
  firstLine: string,
  script: Buffer,
  content: ExecOptions['stdin'] = '',
): NonNullable<ExecOptions['stdin']> {
  const head = Buffer.concat([Buffer.from(firstLine), script]);
  if (typeof content === 'string' || content instanceof Uint8Array) return Buffer.concat([head, Buffer.from(content)]);
  return (async function* () {
    yield head;
    yield* content;
  })();
}

function spoken(result: CommandResult): ExecResult {
  return { ...result, stdout: result.stdout.toString('utf8'), stderr: result.stderr.toString('utf8') };
}

/** A command as errors name it: its beginning is enough. */
function shorten(line: string): string {
  return line.length <= 60 ? line : `${line.slice(0, 57)}...`;
}
