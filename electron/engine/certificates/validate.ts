import { X509Certificate } from 'node:crypto';
import { type Text, text } from '../../contract/text.ts';
import type { LeafUsage } from './issue.ts';
import { keyMatches } from './keys.ts';
import { normaliseAddress, subjectNames } from './names.ts';
import { type CertificateView, isIssuedBy, readCertificate, splitChain } from './read.ts';

/** What a chain is held against. */
export type ChainExpectation = {
  /** PEM of the chain, leaf first; the root may be left out. */
  readonly chain: string;
  /** PEM private key that must belong to the leaf; absent: not judged. */
  readonly key?: string;
  /** PEM roots that are trusted. */
  readonly roots: readonly string[];
  /** DNS names and addresses that the leaf must cover. */
  readonly names: readonly string[];
  readonly usage: LeafUsage;
  /** The site's time, which may differ from the laptop's. */
  readonly now: Date;
};

const usageIds: Record<LeafUsage, string> = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' };
const anyUsage = '2.5.29.37.0';
const certificateSigning = 32;
const digitalSignature = 1;
const weakHashes = /^(MD5|SHA-?1)$/i;
const smallestRsa = 2048;
const curves = new Set(['EC prime256v1', 'EC secp384r1']);
/** Extensions that verifiers understand; any other one must not be critical. */
const knownExtensions = new Set([
  '2.5.29.14',
  '2.5.29.15',
  '2.5.29.17',
  '2.5.29.18',
  '2.5.29.19',
  '2.5.29.30',
  '2.5.29.31',
  '2.5.29.32',
  '2.5.29.35',
  '2.5.29.36',
  '2.5.29.37',
  '1.3.6.1.5.5.7.1.1',
]);

/** Judges a chain that somebody handed over. Every fault is one text; none means that it can be used. */
export async function validateChain(expected: ChainExpectation): Promise<readonly Text[]> {
  const blocks = splitChain(expected.chain);
  if (blocks.length === 0) return [text('certificates.faultNoCertificate')];
  const chain: CertificateView[] = [];
  for (const [index, block] of blocks.entries()) {
    try {
      chain.push(await readCertificate(block));
    } catch {
      return [text('certificates.faultUnreadable', { position: index + 1 })];
    }
  }
  const leaf = chain[0]!;
  const faults = [...chainFaults(chain, expected), ...leafFaults(leaf, expected)];
  for (const [index, certificate] of chain.entries())
    faults.push(...certificateFaults(certificate, index, expected.now));
  return faults;
}

/** Order and completeness: each certificate is signed by the next, the last one by a trusted root. */
function chainFaults(chain: readonly CertificateView[], expected: ChainExpectation): Text[] {
  const faults: Text[] = [];
  const seen = new Set<string>();
  for (const certificate of chain) {
    if (seen.has(certificate.fingerprint))
      faults.push(text('certificates.faultDouble', { subject: certificate.subject }));
    seen.add(certificate.fingerprint);
  }
  for (let index = 0; index + 1 < chain.length; index += 1) {
    const [certificate, issuer] = [chain[index]!, chain[index + 1]!];
    if (isIssuedBy(certificate.pem, issuer.pem)) continue;
    const elsewhere = chain.some((other) => other !== certificate && isIssuedBy(certificate.pem, other.pem));
    const names = { subject: certificate.subject, issuer: certificate.issuer };
    faults.push(text(elsewhere ? 'certificates.faultOrder' : 'certificates.faultLink', names));
  }
  const last = chain.at(-1)!;
  const trusted = expected.roots.some((root) => sameCertificate(root, last.pem) || isIssuedBy(last.pem, root));
  if (!trusted) faults.push(text('certificates.faultRoot', { subject: last.subject, issuer: last.issuer }));
  for (const [index, certificate] of chain.entries()) {
    if (index === 0) continue;
    const mayIssue =
      certificate.isAuthority &&
      (certificate.keyUsage === undefined || (certificate.keyUsage & certificateSigning) !== 0);
    if (!mayIssue) faults.push(text('certificates.faultNotAuthority', { subject: certificate.subject }));
    if (certificate.pathLength !== undefined && index - 1 > certificate.pathLength) {
      faults.push(
        text('certificates.faultPathLength', { subject: certificate.subject, length: certificate.pathLength }),
      );
    }
  }
  return faults;
}

/** Does the leaf fit its endpoint and its key? */
function leafFaults(leaf: CertificateView, expected: ChainExpectation): Text[] {
  const faults: Text[] = [];
  if (expected.key !== undefined && !keyMatches(expected.key, leaf.publicKey))
    faults.push(text('certificates.faultKey'));
  if (leaf.isAuthority) faults.push(text('certificates.faultLeafIsAuthority', { subject: leaf.subject }));
  const wanted = subjectNames(expected.names);
  faults.push(...wanted.problems);
  for (const name of uncovered(leaf, wanted)) faults.push(text('certificates.faultName', { name }));
  if (leaf.keyUsage !== undefined && (leaf.keyUsage & digitalSignature) === 0)
    faults.push(text('certificates.faultKeyUsage'));
  const uses = leaf.extendedKeyUsage;
  if (uses !== undefined && !uses.includes(usageIds[expected.usage]) && !uses.includes(anyUsage)) {
    faults.push(text(expected.usage === 'server' ? 'certificates.faultServerUsage' : 'certificates.faultClientUsage'));
  }
  return faults;
}

/** What every certificate of the chain must be, whatever its place. */
function certificateFaults(certificate: CertificateView, index: number, now: Date): Text[] {
  const faults: Text[] = [];
  const { subject } = certificate;
  const shownNow = now.toISOString();
  if (now < new Date(certificate.notBefore)) {
    faults.push(text('certificates.faultNotYet', { subject, notBefore: certificate.notBefore, now: shownNow }));
  }
  if (now > new Date(certificate.notAfter)) {
    faults.push(text('certificates.faultExpired', { subject, notAfter: certificate.notAfter, now: shownNow }));
  }
  const rsa = /^RSA (\d+)$/.exec(certificate.key);
  const strong = rsa === null ? curves.has(certificate.key) : Number(rsa[1]) >= smallestRsa;
  if (!strong) faults.push(text('certificates.faultWeakKey', { subject, key: certificate.key }));
  // A root is trusted for being known, not for its own signature.
  const rootItself = index > 0 && certificate.selfSigned;
  if (!rootItself && weakHashes.test(certificate.signatureHash ?? '')) {
    faults.push(text('certificates.faultWeakHash', { subject, hash: certificate.signatureHash ?? '' }));
  }
  const ids = certificate.extensions.map((extension) => extension.id);
  for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at))) {
    faults.push(text('certificates.faultDoubleExtension', { subject, id }));
  }
  for (const extension of certificate.extensions) {
    if (extension.critical && !knownExtensions.has(extension.id)) {
      faults.push(text('certificates.faultUnknownCritical', { subject, id: extension.id }));
    }
  }
  return faults;
}

/** Wanted names and addresses that the leaf does not carry, wildcards considered. */
export function uncovered(
  leaf: Pick<CertificateView, 'names' | 'addresses'>,
  wanted: { readonly names: readonly string[]; readonly addresses: readonly string[] },
): readonly string[] {
  const carried = leaf.names.map((name) => name.toLowerCase());
  const addresses = new Set(leaf.addresses.map(normaliseAddress));
  const covers = (name: string): boolean =>
    carried.includes(name) || carried.includes(`*.${name.split('.').slice(1).join('.')}`);
  return [
    ...wanted.names.filter((name) => !covers(name)),
    ...wanted.addresses.filter((address) => !addresses.has(address)),
  ];
}

function sameCertificate(a: string, b: string): boolean {
  try {
    return new X509Certificate(a).raw.equals(new X509Certificate(b).raw);
  } catch {
    return false;
  }
}
