import { set } from './store.ts';

/** Asks the shell what the keyring holds. */
export async function loadKeyring(): Promise<void> {
  const known = await window.sitewright?.call('keyring', {}).catch(() => undefined);
  if (known !== undefined) set({ keyring: known });
}

/** Keeps the passphrase of a site; false when the keyring did not take it. */
export async function keepPassphrase(site: string, passphrase: string): Promise<boolean> {
  const answer = await window.sitewright?.call('rememberPassphrase', { site, passphrase }).catch(() => undefined);
  await loadKeyring();
  return answer?.kept === true;
}

/** Takes a site's passphrase out of the keyring; it is asked for from the next start on. */
export async function forgetPassphrase(site: string): Promise<void> {
  await window.sitewright?.call('forgetPassphrase', { site }).catch(() => undefined);
  await loadKeyring();
}
