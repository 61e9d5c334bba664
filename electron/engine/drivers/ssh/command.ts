import { constants } from 'node:os';
import type ssh2 from 'ssh2';
import { asSitewrightError, SitewrightError } from '../../../contract/errors.ts';
import type { Connection } from './connection.ts';
import { stalled, unreachable } from './failures.ts';
import type { ExecOptions } from './host.ts';

/** No byte for this long is a stall. */
export const defaultStallMs = 30_000;
/** Upper bound of what one command may answer, both streams together. */
export const outputLimit = 16 * 1024 * 1024;

export type CommandResult = {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly durationMs: number;
};

/**
 * Runs one command on a connection, the streams apart. `what` names it in errors, so that arguments stay out of them.
 * Errors: ssh-unreachable (connection lost), ssh-timeout (stall), host-script-output (too much output), cancelled.
 */
export function runCommand(
  connection: Connection,
  command: string,
  what: string,
  options: ExecOptions = {},
): Promise<CommandResult> {
  const { host, client, lost } = connection;
  const { signal } = options;
  const stallMs = options.stallMs ?? defaultStallMs;
  const started = performance.now();
  return new Promise<CommandResult>((resolve, reject) => {
    if (signal?.aborted) {
      reject(new SitewrightError('cancelled'));
      return;
    }
    if (lost.aborted) {
      reject(lost.reason as SitewrightError);
      return;
    }
    let channel: ssh2.ClientChannel | undefined;
    let settled = false;
    let timer: NodeJS.Timeout | undefined;
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let received = 0;
    let code: number | undefined;

    const settle = (): boolean => {
      if (settled) return false;
      settled = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
      lost.removeEventListener('abort', onLost);
      return true;
    };
    const fail = (error: SitewrightError): void => {
      if (!settle()) return;
      if (channel !== undefined && !lost.aborted) {
        // Asked first, then cut: a host that ignores signals still gets its pipes closed.
        channel.signal('TERM');
        channel.close();
      }
      reject(error);
    };
    const cancel = (): void => fail(new SitewrightError('cancelled'));
    const onLost = (): void => fail(lost.reason as SitewrightError);
    const alive = (): boolean => {
      clearTimeout(timer);
      if (settled) return false;
      timer = setTimeout(() => fail(stalled(host, what, stallMs)), stallMs);
      return true;
    };
    const take = (into: Buffer[]) => (chunk: Buffer) => {
      alive();
      received += chunk.length;
      if (received > outputLimit) {
        return fail(
          new SitewrightError(
            'host-script-output',
            { host: host.name, what },
            { detail: `more than ${outputLimit} bytes` },
          ),
        );
      }
      into.push(chunk);
    };
    signal?.addEventListener('abort', cancel, { once: true });
    lost.addEventListener('abort', onLost, { once: true });
    alive();

    const opened = (error: Error | undefined, stream: ssh2.ClientChannel): void => {
      if (error !== undefined) {
        fail(unreachable(host, `no channel: ${error.message}`, error));
        return;
      }
      channel = stream;
      // Opened after the stall limit or a cancel: nobody waits for it any more.
      if (settled) {
        stream.close();
        return;
      }
      stream.on('data', take(stdout));
      stream.stderr.on('data', take(stderr));
      stream.on('exit', (exit: number | null, name?: string) => {
        code = exit ?? 128 + (constants.signals[`SIG${String(name).replace(/^SIG/, '')}` as NodeJS.Signals] ?? 127);
      });
      stream.on('close', () => {
        // Without an exit code the command's end is unknown, which must not read as success.
        if (code === undefined)
          return fail(
            lost.aborted
              ? (lost.reason as SitewrightError)
              : unreachable(host, 'the channel closed without an exit code'),
          );
        if (settle())
          resolve({
            code,
            stdout: Buffer.concat(stdout),
            stderr: Buffer.concat(stderr),
            durationMs: performance.now() - started,
          });
      });
      stream.on('error', (cause: Error) => fail(unreachable(host, cause.message, cause)));
      // A command that ends early leaves input behind: whoever makes it is told by the end of the iteration.
      const ended = new Promise<void>((done) => stream.once('close', () => done()));
      send(stream, options.stdin ?? '', ended, alive).catch((cause: unknown) => fail(asSitewrightError(cause)));
    };
    try {
      client.exec(command, opened);
    } catch (cause) {
      fail(unreachable(host, cause instanceof Error ? cause.message : String(cause), cause));
    }
  });
}

/** Input in pieces, so that a long transfer is no stall as long as the host takes it. */
async function* pieces(stdin: NonNullable<ExecOptions['stdin']>): AsyncGenerator<Uint8Array> {
  if (typeof stdin !== 'string' && !(stdin instanceof Uint8Array)) return yield* stdin;
  const content = Buffer.from(stdin as Uint8Array);
  const piece = 256 * 1024;
  for (let sent = 0; sent < content.length; sent += piece) yield content.subarray(sent, sent + piece);
}

/** Sends the input while `open` holds, no faster than the host takes it; ends the channel's input when all is sent. */
async function send(
  stream: ssh2.ClientChannel,
  stdin: NonNullable<ExecOptions['stdin']>,
  ended: Promise<void>,
  alive: () => boolean,
): Promise<void> {
  for await (const piece of pieces(stdin)) {
    if (!alive()) return;
    await Promise.race([new Promise<void>((resolve) => stream.write(piece, () => resolve())), ended]);
  }
  if (alive()) stream.end();
}
