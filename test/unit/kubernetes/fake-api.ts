import { generateKeyPairSync } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import forge from 'node-forge';

/** One request as the fake saw it. */
export type Seen = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
};

export type FakeApi = {
  readonly kubeconfig: string;
  readonly server: string;
  readonly seen: Seen[];
  readonly close: () => Promise<void>;
};

/** What the fake answers; the value 'next' stands for not found. */
export type Answer = (request: Seen, response: ServerResponse) => unknown;

const resources = {
  '/api/v1': [
    { name: 'pods', kind: 'Pod', namespaced: true },
    { name: 'pods/log', kind: 'Pod', namespaced: true },
    { name: 'secrets', kind: 'Secret', namespaced: true },
    { name: 'configmaps', kind: 'ConfigMap', namespaced: true },
    { name: 'namespaces', kind: 'Namespace', namespaced: false },
  ],
  '/apis/apps/v1': [{ name: 'deployments', kind: 'Deployment', namespaced: true }],
};

/** An HTTPS server that answers like a Kubernetes API where a test says nothing else; for planting faults. */
export async function startFakeApi(answer: Answer): Promise<FakeApi> {
  const { key, certificate } = selfSigned();
  const seen: Seen[] = [];
  const server: Server = createServer({ key, cert: certificate }, async (request, response) => {
    const url = new URL(request.url ?? '/', 'https://fake');
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const entry = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body,
    };
    seen.push(entry);
    const known = resources[url.pathname as keyof typeof resources];
    if (known !== undefined) return json(response, 200, { kind: 'APIResourceList', resources: known });
    if (answer(entry, response) === 'next') json(response, 404, { kind: 'Status', reason: 'NotFound', code: 404 });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    server: address,
    seen,
    kubeconfig: kubeconfigFor(address, certificate, 'token-of-the-test'),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

export function kubeconfigFor(server: string, authority: string, token: string): string {
  return [
    'apiVersion: v1',
    'kind: Config',
    'current-context: test',
    'clusters:',
    `  - { name: test, cluster: { server: '${server}', certificate-authority-data: ${Buffer.from(authority).toString('base64')} } }`,
    'users:',
    `  - { name: test, user: { token: '${token}' } }`,
    'contexts:',
    '  - { name: test, context: { cluster: test, user: test } }',
    '',
  ].join('\n');
}

function selfSigned(): { readonly key: string; readonly certificate: string } {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(pair.publicKey);
  certificate.serialNumber = '01';
  certificate.validity.notBefore = new Date(Date.now() - 86_400_000);
  certificate.validity.notAfter = new Date(Date.now() + 86_400_000);
  const subject = [{ name: 'commonName', value: 'fake' }];
  certificate.setSubject(subject);
  certificate.setIssuer(subject);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true },
    { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
  ]);
  certificate.sign(forge.pki.privateKeyFromPem(pair.privateKey), forge.md.sha256.create());
  return { key: pair.privateKey, certificate: forge.pki.certificateToPem(certificate) };
}
