import { Client, type ClientConfig } from 'pg';
import { errorFields, type Log } from '../common/log.ts';

const channel = 'energy_sessions';
const retryMs = 2_000;

/**
 * Tells what this pod remembers of sessions and no longer holds. Triggers of the database send the notices to all pods;
 * what the pod itself changes it forgets without waiting for its own notice.
 */
export type SessionNotices = {
  readonly forget: (user: string) => void;
  /** Called with the user, or with undefined when everything is to be forgotten. */
  readonly onForget: (listener: (user: string | undefined) => void) => void;
  /** False while notices cannot arrive: then nothing may be remembered. */
  readonly listening: () => boolean;
  /** Counts the notices; a changed number tells that one came in between. */
  readonly epoch: () => number;
  readonly close: () => Promise<void>;
};

/** LISTEN on a connection of its own, opened again when it is lost. */
export function createSessionNotices(config: ClientConfig, log: Log): SessionNotices {
  const listeners: ((user: string | undefined) => void)[] = [];
  let client: Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  let closed = false;
  let listening = false;
  let epoch = 0;

  const tell = (user: string | undefined): void => {
    epoch += 1;
    for (const listener of listeners) listener(user);
  };
  const lost = (which: Client, error?: unknown): void => {
    if (client !== which) return;
    client = undefined;
    listening = false;
    tell(undefined);
    which.end().catch(() => {});
    if (closed) return;
    if (error !== undefined) log('debug', 'session notices lost', errorFields(error));
    retry = setTimeout(connect, retryMs);
  };
  const connect = (): void => {
    const mine = new Client(config);
    client = mine;
    mine.on('error', (error) => lost(mine, error));
    mine.on('end', () => lost(mine));
    mine.on('notification', (message) => tell(message.payload || undefined));
    mine
      .connect()
      .then(() => mine.query(`listen ${channel}`))
      .then(() => {
        tell(undefined);
        listening = client === mine;
      })
      .catch((error: unknown) => lost(mine, error));
  };
  connect();

  return {
    forget: tell,
    onForget: (listener) => void listeners.push(listener),
    listening: () => listening,
    epoch: () => epoch,
    close: async () => {
      closed = true;
      clearTimeout(retry);
      await client?.end().catch(() => {});
    },
  };
}
