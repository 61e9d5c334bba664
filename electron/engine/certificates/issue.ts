import { randomBytes } from 'node:crypto';
import { SitewrightError } from '../../contract/errors.ts';
import { text } from '../../contract/text.ts';
import { isRsa, publicKeyOf, signingKey } from './keys.ts';
import { subjectNames } from './names.ts';
import { loadX509, type X509Library } from './x509.ts';

/** A certificate authority with the key that signs: both PEM. The key never leaves memory and the vault. */
export type Authority = { readonly certificate: string; readonly key: string };

/** What a leaf may be used for. */
export type LeafUsage = 'server' | 'client';

export type LeafRequest = {
  readonly issuer: Authority;
  /** PKCS#8 PEM of the leaf's own key. */
  readonly key: string;
  /** DNS names and IP addresses, in any order and spelling. */
  readonly names: readonly string[];
  readonly usages: readonly LeafUsage[];
  readonly now: Date;
  /** Life in days; 397 by default, 825 at most. */
  readonly days?: number;
};

const day = 86_400_000;
/** Clocks at a site may be behind the laptop's by this much. */
const backdate = 5 * 60_000;
const authorityYears = 10;
const leafDays = { standard: 397, maximum: 825 } as const;
/** Upper bound of a common name (RFC 5280, ub-common-name). */
const commonNameLimit = 64;

/** A self-signed root for ten years. Its name carries the start of its key's id, so that a second root is told apart. */
export async function issueRoot(request: {
  readonly key: string;
  readonly name: string;
  readonly now: Date;
}): Promise<string> {
  const x509 = await loadX509();
  const keyId = await subjectKeyId(x509, request.key);
  const name = authorityName(x509, request.name, keyId.keyId);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: makeSerial(),
    subject: name,
    issuer: name,
    ...authorityLife(request.now),
    publicKey: publicKeyOf(request.key),
    signingKey: await signingKey(request.key),
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      authorityKeyUsage(x509),
      keyId,
      new x509.AuthorityKeyIdentifierExtension(keyId.keyId),
    ],
  });
  return certificatePem(certificate);
}

/** The authority that issues leaves: may sign no further authority (path length 0), and ends with its root at the latest. */
export async function issueIntermediate(request: {
  readonly root: Authority;
  readonly key: string;
  readonly name: string;
  readonly now: Date;
}): Promise<string> {
  const x509 = await loadX509();
  const root = new x509.X509Certificate(request.root.certificate);
  const keyId = await subjectKeyId(x509, request.key);
  const life = authorityLife(request.now);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: makeSerial(),
    subject: authorityName(x509, request.name, keyId.keyId),
    issuer: root.subjectName,
    notBefore: life.notBefore,
    notAfter: earlier(life.notAfter, root.notAfter),
    publicKey: publicKeyOf(request.key),
    signingKey: await signingKey(request.root.key),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      authorityKeyUsage(x509),
      keyId,
      new x509.AuthorityKeyIdentifierExtension(subjectKeyIdOf(x509, root)),
    ],
  });
  return certificatePem(certificate);
}

/** A certificate for one endpoint. Error: certificate-invalid when a name cannot stand in a certificate, or none is given. */
export async function issueLeaf(request: LeafRequest): Promise<string> {
  const { names, addresses, problems } = subjectNames(request.names);
  const endpoint = request.names[0] ?? '?';
  const problem =
    problems[0] ?? (names.length + addresses.length === 0 ? text('certificates.problemNoName') : undefined);
  if (problem !== undefined) throw new SitewrightError('certificate-invalid', { endpoint, problem });

  const x509 = await loadX509();
  const issuer = new x509.X509Certificate(request.issuer.certificate);
  const notBefore = wholeSecond(request.now.getTime() - backdate);
  const days = Math.min(request.days ?? leafDays.standard, leafDays.maximum);
  // The last second belongs to the life as well: 397 days from the first second to the last.
  const notAfter = earlier(new Date(notBefore.getTime() + days * day - 1000), issuer.notAfter);
  const commonName = [...names, ...addresses].find((name) => name.length <= commonNameLimit);
  const usage = x509.KeyUsageFlags;
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: makeSerial(),
    ...(commonName === undefined ? {} : { subject: new x509.Name([{ CN: [commonName] }]) }),
    issuer: issuer.subjectName,
    notBefore,
    notAfter,
    publicKey: publicKeyOf(request.key),
    signingKey: await signingKey(request.issuer.key),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(
        isRsa(request.key) ? usage.digitalSignature | usage.keyEncipherment : usage.digitalSignature,
        true,
      ),
      new x509.ExtendedKeyUsageExtension(
        request.usages.map((use) =>
          use === 'server' ? x509.ExtendedKeyUsage.serverAuth : x509.ExtendedKeyUsage.clientAuth,
        ),
      ),
      new x509.SubjectAlternativeNameExtension(
        [
          ...names.map((value) => ({ type: 'dns' as const, value })),
          ...addresses.map((value) => ({ type: 'ip' as const, value })),
        ],
        // With an empty subject the names are all there is to identify it, and must be critical; otherwise they must not.
        commonName === undefined,
      ),
      await subjectKeyId(x509, request.key),
      new x509.AuthorityKeyIdentifierExtension(subjectKeyIdOf(x509, issuer)),
    ],
  });
  return certificatePem(certificate);
}

function authorityName(x509: X509Library, name: string, keyId: string): InstanceType<X509Library['Name']> {
  return new x509.Name([{ CN: [`${name} ${keyId.slice(0, 8)}`.slice(-commonNameLimit)] }]);
}

function authorityLife(now: Date): { notBefore: Date; notAfter: Date } {
  const notBefore = wholeSecond(now.getTime() - backdate);
  const notAfter = new Date(notBefore);
  notAfter.setUTCFullYear(notAfter.getUTCFullYear() + authorityYears);
  return { notBefore, notAfter };
}

function authorityKeyUsage(x509: X509Library): InstanceType<X509Library['KeyUsagesExtension']> {
  return new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true);
}

async function subjectKeyId(
  x509: X509Library,
  key: string,
): Promise<InstanceType<X509Library['SubjectKeyIdentifierExtension']>> {
  return await x509.SubjectKeyIdentifierExtension.create(new x509.PublicKey(publicKeyOf(key)));
}

function subjectKeyIdOf(x509: X509Library, certificate: InstanceType<X509Library['X509Certificate']>): string {
  const extension = certificate.getExtension(x509.SubjectKeyIdentifierExtension);
  if (extension === null) {
    throw new SitewrightError('certificate-invalid', {
      endpoint: certificate.subject,
      problem: text('certificates.problemNoKeyId'),
    });
  }
  return extension.keyId;
}

/** 20 octets, positive, never with a leading zero: 158 random bits. */
function makeSerial(): string {
  const serial = randomBytes(20);
  serial[0] = (serial[0]! & 0x7f) | 0x40;
  return serial.toString('hex');
}

function certificatePem(certificate: InstanceType<X509Library['X509Certificate']>): string {
  return `${certificate.toString('pem').trim()}\n`;
}

const wholeSecond = (milliseconds: number): Date => new Date(Math.floor(milliseconds / 1000) * 1000);
const earlier = (a: Date, b: Date): Date => (a.getTime() < b.getTime() ? a : b);
