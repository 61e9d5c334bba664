import { useCallback, useState } from 'react';
import type { Host } from '../../../electron/contract/site.ts';
import { type HostTest, testHost } from '../../state/inventory.ts';
import type { HostDraft } from './draft.ts';

/** What the test of a row's connection says: nothing yet, at work, or its result. */
export type HostTestState = 'running' | HostTest | undefined;

/** Sign-ins at once: enough to be quick, few enough not to look like an attack. */
const atOnce = 6;

/** A result counts for the row as it was when it was tested. */
const signature = ({ roles: _roles, id: _id, ...way }: HostDraft): string => JSON.stringify(way);

/** The connection tests of the table's rows. */
export function useHostTests(): {
  readonly stateOf: (host: HostDraft) => HostTestState;
  readonly test: (draft: HostDraft, host: Host) => Promise<void>;
  readonly testAll: (hosts: readonly { readonly draft: HostDraft; readonly host: Host }[]) => Promise<void>;
  readonly running: boolean;
} {
  const [states, setStates] = useState<ReadonlyMap<string, HostTestState>>(new Map());
  const [running, setRunning] = useState(false);
  const test = useCallback(async (draft: HostDraft, host: Host) => {
    const key = signature(draft);
    setStates((known) => new Map(known).set(key, 'running'));
    const result = await testHost(host);
    setStates((known) => new Map(known).set(key, result));
  }, []);
  const testAll = useCallback(
    async (hosts: readonly { readonly draft: HostDraft; readonly host: Host }[]) => {
      setRunning(true);
      const waiting = [...hosts];
      const work = async () => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await test(next.draft, next.host);
      };
      await Promise.all(Array.from({ length: atOnce }, work));
      setRunning(false);
    },
    [test],
  );
  return { stateOf: (host) => states.get(signature(host)), test, testAll, running };
}
