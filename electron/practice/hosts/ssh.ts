import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import ssh2, { type AuthContext, type Connection, type ServerChannel, type Session } from 'ssh2';
import { loopback } from '../settings.ts';
import type { WritableFiles } from './files.ts';
import type { ScriptAnswer } from './model.ts';
import { serveSftp } from './sftp.ts';

export type SshDoor = {
  /** Shows this host key to connections from now on. */
  readonly showKey: (hostKey: string) => void;
  readonly close: () => Promise<void>;
};

export type SshOptions = {
  readonly port: number;
  readonly user: string;
  readonly isPassword: (given: string) => boolean;
  readonly hostKey: string;
  readonly files: WritableFiles;
  readonly execute: (command: string, stdin: () => Promise<Buffer>) => Promise<ScriptAnswer>;
  readonly log: (words: string) => void;
};

/** As OpenSSH: sessions at once on a connection, and attempts to sign in. */
const maxSessions = 10;
const maxAttempts = 6;
/** Longest input of a command, bytes. */
const maxInput = 16 * 1024 * 1024;

/** Compares in a time that does not tell how much of the password was right. */
export function passwordTest(password: string): (given: string) => boolean {
  const digest = (words: string) => createHash('sha256').update(words).digest();
  const expected = digest(password);
  return (given) => timingSafeEqual(digest(given), expected);
}

/** Serves SSH on a loopback port: password and keyboard-interactive, exec and SFTP. Errors: EADDRINUSE. */
export async function openSshDoor(options: SshOptions): Promise<SshDoor> {
  const sockets = new Set<Socket>();
  let protocol = makeServer(options, options.hostKey);
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    protocol.injectSocket(socket);
  });
  await listen(listener, options.port);
  return {
    showKey(hostKey) {
      protocol = makeServer(options, hostKey);
    },
    close: () =>
      new Promise((resolve) => {
        listener.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function makeServer(options: SshOptions, hostKey: string): ssh2.Server {
  return new ssh2.Server({ hostKeys: [hostKey], ident: 'OpenSSH_9.2p1 practice' }, (client) => serve(client, options));
}

function serve(client: Connection, options: SshOptions): void {
  let attempts = 0;
  let sessions = 0;
  client.on('error', () => undefined);
  client.on('authentication', (context) => {
    attempts += 1;
    if (attempts > maxAttempts) return void client.end();
    authenticate(context, options);
  });
  client.on('ready', () => {
    client.on('session', (accept, reject) => {
      if (sessions >= maxSessions) return void reject();
      sessions += 1;
      let open = true;
      serveSession(accept(), options, () => {
        if (open) sessions -= 1;
        open = false;
      });
    });
  });
}

function authenticate(context: AuthContext, options: SshOptions): void {
  const methods = ['password', 'keyboard-interactive'] as const;
  const decide = (password: string) => {
    // Both are always compared, so that an unknown account takes as long as a wrong password.
    const right = options.isPassword(password);
    if (right && context.username === options.user) context.accept();
    else context.reject([...methods]);
  };
  if (context.method === 'password') decide(context.password);
  else if (context.method === 'keyboard-interactive') {
    context.prompt([{ prompt: 'Password: ', echo: false }], (answers) => decide(answers[0] ?? ''));
  } else context.reject([...methods]);
}

/** `closed` may be called more than once: an accepted channel closes instead of its session. */
function serveSession(session: Session, options: SshOptions, closed: () => void): void {
  session.on('error', () => undefined);
  session.on('close', closed);
  session.on('env', (accept) => accept?.());
  session.on('sftp', (accept) => {
    const sftp = accept();
    sftp.on('close', closed);
    sftp.on('end', closed);
    serveSftp(sftp, options.files);
  });
  session.on('exec', (accept, _reject, { command }) => {
    const channel = accept();
    channel.on('error', () => undefined);
    channel.on('close', closed);
    options
      .execute(command, () => readAll(channel))
      .catch((error: unknown): ScriptAnswer => {
        options.log(`command failed: ${error instanceof Error ? error.message : String(error)}`);
        return { code: 126, stdout: '', stderr: 'sh: internal error of the practice host\n' };
      })
      .then((answer) => reply(channel, answer));
  });
}

async function readAll(channel: ServerChannel): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  // The answer goes the other way on the same channel: older Nodes would destroy it with the last byte read.
  for await (const chunk of channel.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxInput) throw new Error('the input of a command is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function reply(channel: ServerChannel, answer: ScriptAnswer): void {
  if (channel.destroyed) return;
  channel.resume();
  if (answer.stderr !== '') channel.stderr.write(answer.stderr);
  channel.write(answer.stdout, () => {
    channel.exit(answer.code);
    channel.end();
  });
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: loopback, exclusive: true }, () => resolve());
  });
}
