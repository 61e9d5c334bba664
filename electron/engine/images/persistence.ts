import { setTimeout as wait } from 'node:timers/promises';
import { SitewrightError } from '../../contract/errors.ts';

/** How long an exchange is tried again. */
export type Patience = {
  /** Pause before the second try, ms; it doubles with each further one, up to `longestMs`, with jitter. */
  readonly pauseMs: number;
  readonly longestMs: number;
  /** Tries of what the registry itself refuses for the moment (429, 5xx). */
  readonly tries: number;
  /** A line that stays down this long ends the push, ms. */
  readonly downMs: number;
};

export const usualPatience: Patience = { pauseMs: 500, longestMs: 10_000, tries: 5, downMs: 120_000 };

/** Tries of a registry that was never reached: most likely it is not there. */
const triesUnreached = 3;

/** A registry that asks for more than this is not waited for, ms. */
const longestRetryAfterMs = 600_000;

/** Answers after which the same may well succeed. */
const passing = [408, 425, 429, 500, 502, 503, 504];
/** What a proxy says while the registry behind it starts again. */
const behindProxy = [502, 503, 504];

/** Whether the same exchange may well succeed later. Of what a registry refuses outright only too many requests pass: a full disk stays full. */
function mayPass({ code, params }: SitewrightError): boolean {
  const status = Number(params.status);
  if (code === 'registry-push-refused') return status === 429;
  return code === 'registry-unreachable' || passing.includes(status);
}

/** Whether an exchange failed without a word against what stands at the registry: it is as good as it was. */
export function isPassing(error: unknown): boolean {
  // A medium that was pulled out comes back, too.
  const medium = ['bundle-part-missing', 'bundle-part-unreadable'];
  return error instanceof SitewrightError && (medium.includes(error.code) || mayPass(error));
}

/** Setbacks of one piece of work since it last went on; each either asks to wait or ends it. */
export type Setbacks = {
  /** Waits as long as this error asks for; throws it when trying again is no use. */
  readonly wait: (error: unknown) => Promise<void>;
  /** The work went on: what came before does not count any more. */
  readonly forget: () => void;
};

/** What all exchanges of a push share: whether the registry was ever reached, and who hears of setbacks. */
export type Persistence = {
  readonly setbacks: () => Setbacks;
  /** An idempotent exchange, tried again where that may help. */
  readonly again: <R>(exchange: () => Promise<R>) => Promise<R>;
};

export function createPersistence(options: {
  readonly signal: AbortSignal;
  readonly patience: Patience;
  readonly setback?: (error: SitewrightError, pauseMs: number) => void;
}): Persistence {
  const { signal, patience } = options;
  let reached = false;

  const setbacks = (): Setbacks => {
    let count = 0;
    let since: number | undefined;
    return {
      forget: () => {
        count = 0;
        since = undefined;
        reached = true;
      },
      wait: async (error) => {
        if (signal.aborted || !(error instanceof SitewrightError)) throw error;
        if (!mayPass(error)) throw error;
        count += 1;
        since ??= Date.now();
        const behind = behindProxy.includes(Number(error.params.status));
        const down = error.code === 'registry-unreachable' || (reached && behind);
        if (!down) reached = true;
        // One that was reached comes back after a restart.
        const waited = Date.now() - since > patience.downMs;
        const givenUp = down ? (reached ? waited : count >= triesUnreached) : count >= patience.tries;
        const asked = Number(error.params.retryAfterMs ?? 0);
        if (givenUp || asked > longestRetryAfterMs) throw error;
        const grown = Math.min(patience.longestMs, patience.pauseMs * 2 ** (count - 1));
        const pauseMs = Math.max(asked, grown * (0.5 + Math.random()));
        options.setback?.(error, pauseMs);
        await wait(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
      },
    };
  };

  return {
    setbacks,
    again: async (exchange) => {
      const own = setbacks();
      for (;;) {
        try {
          signal.throwIfAborted();
          const result = await exchange();
          own.forget();
          return result;
        } catch (error) {
          await own.wait(error);
        }
      }
    },
  };
}
