/** A certificate as the evidence describes it. */
export type Certificate = {
  readonly subject: string;
  readonly issuer: string;
  readonly notAfter: string;
  readonly names: string;
  readonly key: string;
};

/** A certificate with those that it signed. */
export type Branch = { readonly certificate: Certificate; readonly signed: readonly Branch[] };

/** Reads the certificates of an evidence page: blocks of `Subject:`, `Issuer:`, `Not after:` ... lines, leaf first. */
export function certificatesIn(page: string): readonly Certificate[] {
  return page
    .split(/^\[\d+\] /m)
    .slice(1)
    .map((block) => {
      const at = (name: string) => new RegExp(`^\\s*${name}:\\s*(.*)$`, 'm').exec(block)?.[1]?.trim() ?? '';
      return {
        subject: at('Subject'),
        issuer: at('Issuer'),
        notAfter: at('Not after'),
        names: at('Subject alternative names'),
        key: at('Key'),
      };
    })
    .filter((certificate) => certificate.subject !== '');
}

/** The certificates as trees from their roots; one whose issuer is not among them is a root. */
export function treeOf(certificates: readonly Certificate[]): readonly Branch[] {
  const unique = [...new Map(certificates.map((one) => [`${one.subject}\n${one.issuer}\n${one.names}`, one])).values()];
  const branch = (certificate: Certificate): Branch => ({
    certificate,
    signed: unique
      .filter((one) => one.issuer === certificate.subject && one.subject !== certificate.subject)
      .map(branch),
  });
  return unique
    .filter((one) => one.issuer === one.subject || !unique.some((other) => other.subject === one.issuer))
    .map(branch);
}

/** Whole days from now to the end of validity; negative after it. */
export function daysLeft(certificate: Certificate, now: number): number {
  return Math.floor((Date.parse(certificate.notAfter) - now) / 86_400_000);
}
