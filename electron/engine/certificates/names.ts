import { isIP, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import { type Text, text } from '../../contract/text.ts';

/** What a certificate is made out to: DNS names as A-labels, and IP addresses in their shortest form. Sorted, no doubles. */
export type SubjectNames = { readonly names: readonly string[]; readonly addresses: readonly string[] };

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * A DNS name as verifiers compare it: lower case, A-labels, no trailing dot. One wildcard label in front is allowed.
 * Returns the reason as a text when it is not a name that a certificate may carry.
 */
export function normaliseName(name: string): string | { readonly problem: Text } {
  const bare = name.trim().replace(/\.$/, '');
  const wildcard = bare.startsWith('*.');
  // The URL rules that domainToASCII follows let underscores pass; certificates may not carry them.
  const ascii = domainToASCII(wildcard ? bare.slice(2) : bare).toLowerCase();
  const labels = ascii.split('.');
  if (bare.includes('_')) return { problem: text('certificates.problemUnderscore', { name }) };
  if (ascii === '' || ascii.length > 253 || isIP(ascii) !== 0 || !labels.every((part) => label.test(part))) {
    return { problem: text('certificates.problemName', { name }) };
  }
  return wildcard ? `*.${ascii}` : ascii;
}

/** An IP address in one spelling, so that two lists can be compared. */
export function normaliseAddress(address: string): string {
  const bare = address.replace(/^\[|\]$/g, '');
  return isIPv6(bare) ? new URL(`http://[${bare.split('%')[0]}]`).hostname.slice(1, -1) : bare;
}

/** Sorts a mixed list into names and addresses. Anything that is an IP address becomes one, never a DNS name. */
export function subjectNames(list: Iterable<string>): SubjectNames & { readonly problems: readonly Text[] } {
  const names = new Set<string>();
  const addresses = new Set<string>();
  const problems: Text[] = [];
  for (const entry of list) {
    const bare = entry.trim().replace(/^\[|\]$/g, '');
    if (bare === '') continue;
    if (isIP(bare) !== 0) {
      addresses.add(normaliseAddress(bare));
      continue;
    }
    const name = normaliseName(bare);
    if (typeof name === 'string') names.add(name);
    else problems.push(name.problem);
  }
  return { names: [...names].sort(), addresses: [...addresses].sort(), problems };
}
