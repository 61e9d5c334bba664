import type { AcceptanceView, DeviationChange, SignOff } from '../../electron/contract/acceptance.ts';
import { attempt, outcome } from './actions.ts';
import { get } from './store.ts';

/** What the acceptance record says that people may change. */
export async function readAcceptance(): Promise<AcceptanceView | undefined> {
  const { siteName: site } = get();
  return site === undefined ? undefined : await attempt((client) => client.acceptance.show({ site }));
}

/** Writes about one deviation, or adds one; a refusal is shown where it was asked for. */
export function noteDeviation(change: DeviationChange) {
  const site = get().siteName ?? '';
  return outcome((client) => client.acceptance.note({ site, change }));
}

/** Writes who signs and what was handed over. */
export function saveSignOff(signOff: SignOff) {
  const site = get().siteName ?? '';
  return outcome((client) => client.acceptance.signOff({ site, signOff }));
}
