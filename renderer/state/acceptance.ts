import type { AcceptanceView, DeviationChange, SignOff } from '../../electron/contract/acceptance.ts';
import type { ErrorView } from '../../electron/contract/errors.ts';
import { attempt, outcome } from './actions.ts';
import { get } from './store.ts';

/** What the acceptance record says that people may change. */
export async function readAcceptance(): Promise<AcceptanceView | undefined> {
  const { siteName: site } = get();
  return site === undefined ? undefined : await attempt((client) => client.acceptance.show({ site }));
}

type Changed = { readonly view: AcceptanceView } | { readonly error: ErrorView };

async function changed(work: ReturnType<typeof outcome<AcceptanceView>>): Promise<Changed> {
  const { value, error } = await work;
  return error === undefined ? { view: value } : { error };
}

/** Writes about one deviation, or adds one; a refusal is shown where it was asked for. */
export function noteDeviation(change: DeviationChange): Promise<Changed> {
  const site = get().siteName ?? '';
  return changed(outcome((client) => client.acceptance.note({ site, change })));
}

/** Writes who signs and what was handed over. */
export function saveSignOff(signOff: SignOff): Promise<Changed> {
  const site = get().siteName ?? '';
  return changed(outcome((client) => client.acceptance.signOff({ site, signOff })));
}
