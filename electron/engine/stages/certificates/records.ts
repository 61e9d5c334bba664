import { type CertificateView, splitChain } from '../../certificates/read.ts';
import type { StepContext } from '../../plan/step.ts';
import type { CertificateRecord } from './model.ts';

/** Facts under which the two authorities are recorded, like any other certificate. */
export const rootName = 'ca/root';
export const intermediateName = 'ca/intermediate';

/** A certificate with no more than this left is issued anew, and a longer one is kept. */
const renewBeforeDays = 30;

export const keyEntry = (certificate: string): string =>
  certificate === rootName || certificate === intermediateName ? `${certificate}/key` : `tls/${certificate}/key`;

export function recordOf(context: StepContext, certificate: string): CertificateRecord | undefined {
  return context.facts.get(certificate, 'certificate') as CertificateRecord | undefined;
}

export function saveRecord(context: StepContext, certificate: string, chain: string, leaf: CertificateView): void {
  const { serial, notBefore, notAfter, names, addresses } = leaf;
  context.facts.put(certificate, 'certificate', { certificate: chain, serial, notBefore, notAfter, names, addresses });
}

/** PEM roots that the site trusts, its own first; empty before the authority step. */
export function authoritiesOf(context: StepContext): readonly string[] {
  return (context.facts.get('site', 'authorities') as readonly string[] | undefined) ?? [];
}

export function leafOf(record: CertificateRecord): string {
  return splitChain(record.certificate)[0] ?? '';
}

export function daysLeft(record: Pick<CertificateRecord, 'notAfter'>, now: Date): number {
  return Math.floor((Date.parse(record.notAfter) - now.getTime()) / 86_400_000);
}

export function isFresh(record: Pick<CertificateRecord, 'notAfter'>, now: Date): boolean {
  return Date.parse(record.notAfter) - now.getTime() > renewBeforeDays * 86_400_000;
}

/** The calendar day of an ISO time, as findings show it. */
export const dayOf = (iso: string): string => iso.slice(0, 10);
