import { loadSites, openSite } from './actions.ts';
import { type Client, openLine } from './client.ts';
import { loadKeyring } from './keyring.ts';
import { get, set } from './store.ts';

let client: Client | undefined;
let waiting: ((client: Client) => void)[] = [];

/** The client of the open connection; waits while there is none. */
export function connected(): Promise<Client> {
  return client === undefined ? new Promise((resolve) => void waiting.push(resolve)) : Promise.resolve(client);
}

/** Longest pause between two tries, ms. */
const longest = 5000;

/** Connects, and again whenever the line is lost; the state is read anew, so that nothing shown is stale. */
export function connect(pause = 250): void {
  openLine({
    opened: (line) => {
      client = line;
      set({ connection: 'open' });
      for (const resolve of waiting) resolve(line);
      waiting = [];
      void loadSites();
      void loadKeyring();
      const { siteName } = get();
      if (siteName !== undefined) void openSite(siteName);
    },
    // The token is of one start of the server: trying again is of no use.
    refused: () => set({ connection: 'refused' }),
    lost: () => {
      const wasOpen = client !== undefined;
      client = undefined;
      set({ connection: wasOpen || get().connection === 'lost' ? 'lost' : 'connecting' });
      setTimeout(() => connect(Math.min(longest, pause * 2)), wasOpen ? 250 : pause);
    },
  });
}
