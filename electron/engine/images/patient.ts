import type { RegistryClient } from '../drivers/registry/client.ts';
import { unlessAborted } from '../drivers/unless-aborted.ts';
import { createPersistence, usualPatience } from './persistence.ts';

/** Questions that are put to a registry at a time. */
export const questionsAtOnce = 8;

/** Questions to a registry that change nothing. */
export type Questions = Pick<RegistryClient, 'ping' | 'headBlob' | 'headManifest' | 'getManifest' | 'tags'> & {
  /** Anything else that can be asked again from its beginning. */
  readonly again: <R>(exchange: () => Promise<R>) => Promise<R>;
};

/**
 * The same questions, asked again after what passes: a line that is cut, a registry that starts anew. An aborted signal ends the wait
 * for an answer at once, with the signal's reason.
 */
export function patientQuestions(
  registry: RegistryClient,
  signal = new AbortController().signal,
  persistence = createPersistence({ signal, patience: usualPatience }),
): Questions {
  const again: Questions['again'] = (exchange) => unlessAborted(persistence.again(exchange), signal);
  return {
    again,
    ping: () => again(registry.ping),
    headBlob: (...asked) => again(() => registry.headBlob(...asked)),
    headManifest: (...asked) => again(() => registry.headManifest(...asked)),
    getManifest: (...asked) => again(() => registry.getManifest(...asked)),
    tags: (...asked) => again(() => registry.tags(...asked)),
  };
}
