import { webcrypto } from 'node:crypto';
import { loadX509 } from '../../../electron/engine/certificates/x509.ts';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const day = 86_400_000;

/** A certificate authority and one server certificate of it, for servers of tests on loopback. */
export type TestTls = { readonly authority: string; readonly cert: string; readonly key: string };

/** Makes both; `days` from now is the server certificate's end. */
export async function makeTls(name = 'energy.site.internal', days = 90): Promise<TestTls> {
  const x509 = await loadX509();
  const rootKeys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Test authority',
    keys: rootKeys,
    signingAlgorithm: algorithm,
    notBefore: new Date(Date.now() - 10 * day),
    notAfter: new Date(Date.now() + 300 * day),
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const leaf = await x509.X509CertificateGenerator.create({
    subject: `CN=${name}`,
    issuer: root.subject,
    publicKey: keys.publicKey,
    signingKey: rootKeys.privateKey,
    signingAlgorithm: algorithm,
    notBefore: new Date(Date.now() - 5 * day),
    notAfter: new Date(Date.now() + days * day),
    extensions: [
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: name },
        { type: 'ip', value: '127.0.0.1' },
      ]),
    ],
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return {
    authority: root.toString('pem'),
    cert: leaf.toString('pem'),
    key: `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`,
  };
}
