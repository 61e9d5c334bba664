import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { loopback } from '../settings.ts';

/** PostgreSQL's request to go on in TLS: its length and the code 80877103. */
const request = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** The DER of the certificate (base64) that a PostgreSQL server shows now; undefined when nothing answers so. */
export function shownCertificate(port: number): Promise<string | undefined> {
  if (!Number.isInteger(port) || port <= 0 || port > 65_535) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const socket = connect(port, loopback);
    const end = (found: string | undefined) => {
      socket.destroy();
      resolve(found);
    };
    socket.setTimeout(2000, () => end(undefined));
    socket.once('error', () => end(undefined));
    socket.once('close', () => end(undefined));
    socket.once('connect', () => socket.write(request));
    socket.once('data', (answer) => {
      if (answer[0] !== 'S'.charCodeAt(0)) return end(undefined);
      // Only looked at, never trusted: the caller compares the certificate itself.
      const secure = connectTls({ socket, rejectUnauthorized: false }, () =>
        end(secure.getPeerCertificate().raw.toString('base64')),
      );
      secure.once('error', () => end(undefined));
    });
  });
}
