import { webcrypto } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sealing } from './store/sealing.ts';

/** The cluster's own CA (PEM) and a fresh server certificate for 127.0.0.1 and localhost, signed by it. */
export type Authority = {
  readonly authority: string;
  readonly server: { readonly key: string; readonly cert: string };
};

type Kept = { readonly certificate: string; readonly sealedKey: string };

const day = 24 * 3600 * 1000;
const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
const signing = { name: 'ECDSA', hash: 'SHA-256' };

/** Opens the CA kept in the folder or makes it; its key lies there only encrypted. */
export async function openAuthority(folder: string, sealing: Sealing): Promise<Authority> {
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const file = join(folder, 'authority.json');
  const kept = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as Kept)
    : await makeAuthority(x509, file, sealing);
  const certificate = new x509.X509Certificate(kept.certificate);
  const pkcs8 = Buffer.from(sealing.open(kept.sealedKey, 'authority'), 'base64');
  const signingKey = await webcrypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']);
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const leaf = await x509.X509CertificateGenerator.create({
    subject: 'CN=kube-apiserver',
    issuer: certificate.subject,
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: signing,
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + 365 * day),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: 'ip', value: '127.0.0.1' },
        { type: 'dns', value: 'localhost' },
        { type: 'dns', value: 'kubernetes' },
        { type: 'dns', value: 'kubernetes.default.svc' },
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(certificate),
    ],
  });
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return {
    authority: kept.certificate,
    server: {
      key: `-----BEGIN PRIVATE KEY-----\n${key.replace(/(.{64})/g, '$1\n')}\n-----END PRIVATE KEY-----\n`,
      cert: leaf.toString('pem'),
    },
  };
}

type X509 = typeof import('@peculiar/x509');

async function makeAuthority(x509: X509, file: string, sealing: Sealing): Promise<Kept> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=practice-cluster',
    keys,
    signingAlgorithm: signing,
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + 3650 * day),
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  const kept = { certificate: certificate.toString('pem'), sealedKey: sealing.seal(key, 'authority') };
  writeFileSync(`${file}.next`, JSON.stringify(kept), { mode: 0o600 });
  renameSync(`${file}.next`, file);
  return kept;
}
