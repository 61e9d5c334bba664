import { generateKeyPairSync } from 'node:crypto';
import type { AddressInfo, Socket } from 'node:net';
import ssh2, { type AuthContext, type Connection, type ServerChannel, type SFTPWrapper } from 'ssh2';
import { type Host, hostSchema } from '../../../electron/contract/site.ts';
import type { HostKeyTrust } from '../../../electron/engine/drivers/ssh/connection.ts';
import { readablePrivateKey } from '../../../electron/engine/drivers/ssh/private-key.ts';

/** What the server does to its guests; everything absent is friendly. */
export type Faults = {
  readonly authenticate?: (context: AuthContext) => void;
  readonly exec?: (command: string, channel: ServerChannel, connection: Connection) => void;
  readonly sftp?: (sftp: SFTPWrapper) => void;
};

export type FaultyServer = {
  readonly host: Host;
  readonly connections: () => number;
  /** Secrets of every sign-in attempt. */
  readonly secrets: readonly string[];
  /** Shows another host key from now on. */
  readonly changeKey: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** An SSH server for faults that a real one cannot be made to show. */
export async function startFaultyServer(faults: Faults): Promise<FaultyServer> {
  const secrets: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const make = (port: number): Promise<ssh2.Server> => {
    const server = new ssh2.Server({ hostKeys: [newKey()] }, (connection) => {
      connections += 1;
      connection.on('error', () => undefined);
      connection.on('authentication', (context) => {
        if (context.method === 'password') secrets.push(context.password);
        if (faults.authenticate !== undefined) faults.authenticate(context);
        else if (context.method === 'none') context.reject(['password', 'publickey']);
        else context.accept();
      });
      connection.on('session', (accept) => {
        const session = accept();
        session.on('exec', (acceptExec, _reject, { command }) => faults.exec?.(command, acceptExec(), connection));
        if (faults.sftp !== undefined) session.on('sftp', (acceptSftp) => faults.sftp?.(acceptSftp()));
      });
    });
    // The type hides that the server is a net.Server's stand-in; its sockets are what has to be cut at the end.
    (
      server as unknown as { readonly _srv: { on: (event: string, listener: (socket: Socket) => void) => void } }
    )._srv.on('connection', (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)));
  };
  const stop = (server: ssh2.Server): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  let server = await make(0);
  const { port } = server.address() as AddressInfo;
  return {
    host: hostSchema.parse({
      name: 'app-01',
      address: '127.0.0.1',
      port,
      user: 'root',
      credential: 'ssh',
      roles: ['worker'],
    }),
    connections: () => connections,
    secrets,
    changeKey: async () => {
      await stop(server);
      server = await make(port);
    },
    close: () => stop(server),
  };
}

/** Pinned host keys in memory. */
export function memoryTrust(): HostKeyTrust & { readonly pins: Map<string, string> } {
  const pins = new Map<string, string>();
  return {
    pins,
    pinned: (address) => pins.get(address),
    pin: (address, fingerprint) => void pins.set(address, fingerprint),
  };
}

function newKey(): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  return readablePrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
}
