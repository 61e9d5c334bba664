import { createPrivateKey, randomUUID, sign, X509Certificate } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { issueRoot } from '../../electron/engine/certificates/issue.ts';
import { makePrivateKey } from '../../electron/engine/certificates/keys.ts';

/** A token endpoint of the distribution specification: Basic in, a signed JWT with the asked rights out. */
export type TokenServer = {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** PEM that the registry verifies tokens with; token server and registry agree on `service` and `issuer`. */
  readonly certificate: string;
  readonly service: string;
  readonly issuer: string;
  /** Tokens issued so far, with the scopes that each was asked for. */
  readonly issued: readonly { readonly scopes: readonly string[] }[];
  readonly stop: () => Promise<void>;
};

/** The distribution registry lets a token live this much longer than it says, seconds. */
const leeway = 60;

/** Starts it. A token ends in the registry's eyes `lifeSeconds` after it was issued, and says so. */
export async function startTokenServer(options: {
  readonly lifeSeconds: number;
  /** What repositories an account without push right may only read. */
  readonly readOnly?: RegExp;
}): Promise<TokenServer> {
  const user = 'pusher';
  const password = randomUUID();
  const service = 'lab registry';
  const issuer = 'lab tokens';
  const key = await makePrivateKey();
  const certificate = await issueRoot({ key, name: 'lab tokens', now: new Date() });
  const chain = [new X509Certificate(certificate).raw.toString('base64')];
  const issued: { scopes: readonly string[] }[] = [];
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

  const token = (scopes: readonly string[]): string => {
    const now = Math.floor(Date.now() / 1000);
    const access = scopes.map((scope) => {
      const [type, name, actions] = scope.split(':') as [string, string, string];
      const allowed = actions.split(',').filter((action) => action !== 'push' || !options.readOnly?.test(name));
      return { type, name, actions: allowed };
    });
    const end = now + options.lifeSeconds - leeway;
    const claims = { iss: issuer, sub: user, aud: service, jti: randomUUID(), access };
    const head = part({ typ: 'JWT', alg: 'ES256', x5c: chain });
    const words = `${head}.${part({ ...claims, iat: end - 1, nbf: end - 1, exp: end })}`;
    const signature = sign('sha256', Buffer.from(words), { key: createPrivateKey(key), dsaEncoding: 'ieee-p1363' });
    return `${words}.${signature.toString('base64url')}`;
  };

  const server = createServer((request, response) => {
    const url = new URL(request.url!, 'http://tokens');
    const basic = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    if (request.headers.authorization !== basic) return void response.writeHead(401).end();
    const scopes = url.searchParams.getAll('scope');
    issued.push({ scopes });
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ token: token(scopes), expires_in: options.lifeSeconds }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    user,
    password,
    certificate,
    service,
    issuer,
    issued,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
