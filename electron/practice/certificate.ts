import { generateKeyPair, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import forge from 'node-forge';
import type { ServerCertificate } from './hosts/services.ts';
import { loopback, makeFolder, replaceFile } from './settings.ts';

/** Years for which a practice service's first certificate is valid. */
const years = 10;

/** A service's first, self-signed certificate, kept in a file as one PEM bundle and made at the first call. */
export async function ownCertificate(file: string, name: string): Promise<ServerCertificate> {
  const kept = await readFile(file, 'utf8').then(splitBundle, () => undefined);
  if (kept !== undefined) return kept;
  const made = await selfSigned(name);
  await makeFolder(dirname(file));
  await replaceFile(file, joinBundle(made));
  return made;
}

/** Chain and key in one file: both change together or not at all. */
export function joinBundle({ certificate, key }: ServerCertificate): string {
  return `${certificate.trim()}\n${key.trim()}\n`;
}

function splitBundle(pem: string): ServerCertificate | undefined {
  const at = pem.indexOf('-----BEGIN PRIVATE KEY-----');
  return at <= 0 ? undefined : { certificate: pem.slice(0, at), key: pem.slice(at) };
}

async function selfSigned(name: string): Promise<ServerCertificate> {
  const pair = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(pair.publicKey);
  // The first digit keeps the serial number positive.
  certificate.serialNumber = `4${randomBytes(8).toString('hex')}`;
  certificate.validity.notBefore = new Date(Date.now() - 86_400_000);
  certificate.validity.notAfter = new Date(certificate.validity.notBefore);
  certificate.validity.notAfter.setFullYear(certificate.validity.notBefore.getFullYear() + years);
  const subject = [{ name: 'commonName', value: name }];
  certificate.setSubject(subject);
  certificate.setIssuer(subject);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false },
    { name: 'extKeyUsage', serverAuth: true },
    {
      name: 'subjectAltName',
      altNames: [
        { type: 2, value: name },
        { type: 2, value: 'localhost' },
        { type: 7, ip: loopback },
      ],
    },
  ]);
  certificate.sign(forge.pki.privateKeyFromPem(pair.privateKey), forge.md.sha256.create());
  return { certificate: forge.pki.certificateToPem(certificate).replaceAll('\r', ''), key: pair.privateKey };
}
