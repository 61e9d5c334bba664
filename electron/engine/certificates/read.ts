import { type KeyObject, X509Certificate } from 'node:crypto';
import { loadX509 } from './x509.ts';

/** One certificate as it is shown and judged. */
export type CertificateView = {
  readonly pem: string;
  readonly subject: string;
  readonly issuer: string;
  /** Upper-case hexadecimal. */
  readonly serial: string;
  /** ISO 8601 UTC. */
  readonly notBefore: string;
  readonly notAfter: string;
  readonly names: readonly string[];
  readonly addresses: readonly string[];
  readonly isAuthority: boolean;
  /** How many authorities may follow; undefined when unlimited or not an authority. */
  readonly pathLength: number | undefined;
  readonly selfSigned: boolean;
  /** `EC prime256v1`, `RSA 2048`, `Ed25519`. */
  readonly key: string;
  readonly publicKey: KeyObject;
  /** Hash of the signature, e.g. `SHA-256`; undefined where the algorithm has none of its own. */
  readonly signatureHash: string | undefined;
  /** Bits of the keyUsage extension, undefined when it is absent. */
  readonly keyUsage: number | undefined;
  /** Object identifiers of the extendedKeyUsage extension, undefined when it is absent. */
  readonly extendedKeyUsage: readonly string[] | undefined;
  /** Object identifiers of all extensions in their order, with their criticality. */
  readonly extensions: readonly { readonly id: string; readonly critical: boolean }[];
  /** SHA-256 over the DER bytes, upper-case hexadecimal with colons. */
  readonly fingerprint: string;
};

/** Cuts a PEM text into its certificates, in their order. Anything between them is ignored. */
export function splitChain(pem: string): readonly string[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => `${block.replaceAll('\r', '')}\n`);
}

/** Reads one certificate. Throws what the parser throws when it is not one. */
export async function readCertificate(pem: string): Promise<CertificateView> {
  const x509 = await loadX509();
  const node = new X509Certificate(pem);
  const parsed = new x509.X509Certificate(pem);
  const alternative = parsed.getExtension(x509.SubjectAlternativeNameExtension);
  const constraints = parsed.getExtension(x509.BasicConstraintsExtension);
  const entries = alternative?.names.items ?? [];
  const signature = parsed.signatureAlgorithm as { readonly hash?: { readonly name?: string } };
  return {
    pem,
    subject: oneLine(node.subject),
    issuer: oneLine(node.issuer),
    serial: node.serialNumber,
    notBefore: parsed.notBefore.toISOString(),
    notAfter: parsed.notAfter.toISOString(),
    names: entries.filter((entry) => entry.type === 'dns').map((entry) => entry.value),
    addresses: entries.filter((entry) => entry.type === 'ip').map((entry) => entry.value),
    isAuthority: constraints?.ca ?? false,
    pathLength: constraints?.pathLength,
    selfSigned: node.checkIssued(node) && node.verify(node.publicKey),
    key: describeKey(node.publicKey),
    publicKey: node.publicKey,
    signatureHash: signature.hash?.name,
    keyUsage: parsed.getExtension(x509.KeyUsagesExtension)?.usages,
    extendedKeyUsage: parsed.getExtension(x509.ExtendedKeyUsageExtension)?.usages.map(String),
    extensions: parsed.extensions.map((extension) => ({ id: extension.type, critical: extension.critical })),
    fingerprint: node.fingerprint256,
  };
}

/** Reads a whole chain in the order of the text. */
export async function readChain(pem: string): Promise<readonly CertificateView[]> {
  return await Promise.all(splitChain(pem).map(readCertificate));
}

/** Whether `issuer` signed `certificate`: names fit and the signature is right. */
export function isIssuedBy(certificate: string, issuer: string): boolean {
  try {
    const leaf = new X509Certificate(certificate);
    const authority = new X509Certificate(issuer);
    return leaf.checkIssued(authority) && leaf.verify(authority.publicKey);
  } catch {
    return false;
  }
}

/** The chain as a page of plain text: what is kept as evidence. Field names are those of X.509 tools. */
export function describeChain(chain: readonly CertificateView[]): string {
  return chain
    .map((certificate, depth) =>
      [
        `[${depth}] Subject: ${certificate.subject}`,
        `    Issuer: ${certificate.issuer}`,
        `    Serial: ${certificate.serial}`,
        `    Not before: ${certificate.notBefore}`,
        `    Not after:  ${certificate.notAfter}`,
        `    Subject alternative names: ${[...certificate.names, ...certificate.addresses].join(', ') || '-'}`,
        `    Key: ${certificate.key}`,
        `    Signature hash: ${certificate.signatureHash ?? '-'}`,
        `    SHA-256 fingerprint: ${certificate.fingerprint}`,
        certificate.pem.trim(),
        '',
      ].join('\n'),
    )
    .join('\n');
}

function describeKey(key: KeyObject): string {
  const details = key.asymmetricKeyDetails;
  if (key.asymmetricKeyType === 'rsa') return `RSA ${details?.modulusLength ?? '?'}`;
  if (key.asymmetricKeyType === 'ec') return `EC ${details?.namedCurve ?? '?'}`;
  return key.asymmetricKeyType === 'ed25519' ? 'Ed25519' : (key.asymmetricKeyType ?? '?');
}

const oneLine = (name: string | undefined): string => (name ?? '').split('\n').join(', ');
