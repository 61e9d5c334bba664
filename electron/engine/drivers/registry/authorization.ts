import { z } from 'zod';
import { tokenAddress, unauthorized, unexpected } from './failures.ts';

/** A challenge of `WWW-Authenticate`, RFC 9110: scheme and parameters, names in lower case. */
export type Challenge = { readonly scheme: string; readonly parameters: Readonly<Record<string, string>> };

export function parseChallenge(header: string): Challenge {
  const [scheme = '', rest = ''] = splitOnce(header.trim(), ' ');
  const parameters: Record<string, string> = {};
  for (const match of rest.matchAll(/([A-Za-z_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g)) {
    parameters[match[1]!.toLowerCase()] = match[2] ?? match[3] ?? '';
  }
  return { scheme: scheme.toLowerCase(), parameters };
}

/** Sends a plain request; what the token endpoint needs of the transport. */
export type TokenFetch = (url: string, headers: Record<string, string>) => Promise<{ status: number; body: string }>;

type Token = { readonly scopes: readonly string[]; readonly value: string; readonly expires: number };

/** Seconds before its expiry from which a token is no longer used. */
const margin = 5;

/** The `Authorization` of requests to one registry: Basic, or Bearer tokens per scope, renewed before they expire. */
export type Authorization = {
  /** Header for a request on these scopes, as far as it is known by now. */
  readonly header: (scopes: readonly string[]) => Promise<string | undefined>;
  /** Learns from a 401 to a request that was sent with this header; true when it is worth trying again. */
  readonly challenge: (header: string | undefined, sent: string | undefined) => Promise<boolean>;
};

export function createAuthorization(options: {
  registry: string;
  user: string;
  password: () => string;
  credential: string;
  fetch: TokenFetch;
  clock: () => number;
}): Authorization {
  let known: Challenge | undefined;
  const tokens = new Map<string, Promise<Token>>();
  const basic = () => `Basic ${Buffer.from(`${options.user}:${options.password()}`).toString('base64')}`;

  const refused = (status: string | number) => unexpected(options.registry, { what: 'GET token', status });

  const fetchToken = async (scopes: readonly string[]): Promise<Token> => {
    const realm = known!.parameters.realm ?? '';
    if (!URL.canParse(realm)) throw tokenAddress(options.registry, `realm "${realm}"`);
    const url = new URL(realm);
    if (known!.parameters.service) url.searchParams.set('service', known!.parameters.service);
    for (const scope of scopes) url.searchParams.append('scope', scope);
    const answer = await options.fetch(url.href, options.user === '' ? {} : { authorization: basic() });
    if (answer.status === 401 || answer.status === 403) {
      throw unauthorized(options.registry, options);
    }
    if (answer.status !== 200) throw refused(answer.status);
    const body = tokenSchema.safeParse(parsed(answer.body));
    const value = body.data?.token ?? body.data?.access_token;
    if (value === undefined) throw refused(answer.status);
    return { scopes, value, expires: options.clock() + (body.data?.expires_in ?? 60) * 1000 };
  };

  /** A token that covers the scopes and lives on for a while; asked for once, however many wait for it. */
  const token = async (scopes: readonly string[]): Promise<string> => {
    for (const pending of tokens.values()) {
      const held = await pending.catch(() => undefined);
      if (held !== undefined && held.expires > options.clock() + margin * 1000 && covers(held.scopes, scopes))
        return held.value;
    }
    const key = [...scopes].sort().join(' ');
    const asked = fetchToken(scopes);
    tokens.set(key, asked);
    try {
      return (await asked).value;
    } catch (error) {
      if (tokens.get(key) === asked) tokens.delete(key);
      throw error;
    }
  };

  return {
    header: async (scopes) => {
      if (known === undefined) return undefined;
      return known.scheme === 'bearer' ? `Bearer ${await token(scopes)}` : basic();
    },
    challenge: async (header, sent) => {
      known = parseChallenge(header ?? 'Basic');
      if (known.scheme === 'bearer') {
        // Ended at the registry before its time, or never enough: not used again.
        for (const [key, pending] of tokens) {
          const held = await pending.catch(() => undefined);
          if (held !== undefined && sent === `Bearer ${held.value}`) tokens.delete(key);
        }
        return true;
      }
      return sent === undefined && options.user !== '';
    },
  };
}

/** Whether rights that were asked for once include others: `repository:a:pull,push` those of `repository:a:pull`. */
function covers(held: readonly string[], wanted: readonly string[]): boolean {
  const rights = held.map(splitScope);
  return wanted.map(splitScope).every(({ on, actions }) => {
    const there = rights.filter((right) => right.on === on).flatMap((right) => right.actions);
    return actions.every((action) => there.includes(action));
  });
}

function splitScope(scope: string): { readonly on: string; readonly actions: readonly string[] } {
  const end = scope.lastIndexOf(':');
  return { on: scope.slice(0, end), actions: scope.slice(end + 1).split(',') };
}

/** What a token endpoint answers; the lifetime is in seconds. */
const tokenSchema = z.object({
  token: z.string().optional(),
  access_token: z.string().optional(),
  expires_in: z.number().optional(),
});

function parsed(words: string): unknown {
  try {
    return JSON.parse(words);
  } catch {
    return undefined;
  }
}

function splitOnce(words: string, separator: string): readonly string[] {
  const at = words.indexOf(separator);
  return at < 0 ? [words] : [words.slice(0, at), words.slice(at + 1)];
}
