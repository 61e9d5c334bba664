import type { Duplex } from 'node:stream';
import { SitewrightError } from '../../../contract/errors.ts';
import { type Connection, type ConnectionOptions, openConnection } from './connection.ts';

/** Connections to any address that a host reaches, made from there. */
export type SshTunnel = {
  /** A stream to host and port as the SSH host sees them. Errors: ssh-*, registry-unreachable where the host does not get there. */
  readonly open: (host: string, port: number) => Promise<Duplex>;
  readonly close: () => void;
};

/** Signs in to the host when the first connection is asked for, and again once that connection is lost. */
export function createTunnel(options: ConnectionOptions): SshTunnel {
  let current: Promise<Connection> | undefined;
  let closed = false;
  const connected = async (): Promise<Connection> => {
    const known = await current?.catch(() => undefined);
    if (known?.alive() === true) return known;
    current = openConnection(options);
    return await current;
  };
  return {
    open: async (host, port) => {
      if (closed) throw new SitewrightError('cancelled');
      const { client } = await connected();
      return await new Promise((resolve, reject) => {
        client.forwardOut('127.0.0.1', 0, host, port, (error, channel) => {
          if (error === undefined) return resolve(channel);
          const detail = `${options.host.name} -> ${host}:${port}: ${error.message}`;
          reject(
            new SitewrightError('registry-unreachable', { registry: `${host}:${port}` }, { cause: error, detail }),
          );
        });
      });
    },
    close: () => {
      closed = true;
      void current?.then((connection) => connection.close()).catch(() => undefined);
    },
  };
}
