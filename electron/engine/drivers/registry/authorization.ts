import { z } from 'zod';
import { SitewrightError } from '../../../contract/errors.ts';

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

type Token = { readonly value: string; readonly expires: number };

/** Seconds before its expiry from which a token is no longer used. */
const margin = 5;

/** The `Authorization` of requests to one registry: Basic, or Bearer tokens per scope, renewed before they expire. */
export type Authorization = {
  /** Header for a request on these scopes, as far as it is known by now. */
  readonly header: (scopes: readonly string[]) => Promise<string | undefined>;
  /** Learns from a 401 to a request that was sent with this header; true when it is worth trying again. */
  readonly challenge: (
    header: string | undefined,
    scopes: readonly string[],
    sent: string | undefined,
  ) => Promise<boolean>;
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
  const tokens = new Map<string, Token>();
  const basic = () => `Basic ${Buffer.from(`${options.user}:${options.password()}`).toString('base64')}`;

  const token = async (scopes: readonly string[]): Promise<string> => {
    const key = [...scopes].sort().join(' ');
    const current = tokens.get(key);
    if (current !== undefined && current.expires > options.clock() + margin * 1000) return current.value;
    const realm = known!.parameters.realm ?? '';
    if (!URL.canParse(realm))
      throw new SitewrightError('registry-response', {
        registry: options.registry,
        status: `realm "${realm}"`,
        what: 'GET token',
      });
    const url = new URL(realm);
    if (known!.parameters.service) url.searchParams.set('service', known!.parameters.service);
    for (const scope of scopes) url.searchParams.append('scope', scope);
    const answer = await options.fetch(url.href, options.user === '' ? {} : { authorization: basic() });
    if (answer.status === 401 || answer.status === 403) {
      throw new SitewrightError('registry-unauthorized', {
        registry: options.registry,
        credential: options.credential,
      });
    }
    if (answer.status !== 200) {
      throw new SitewrightError('registry-response', {
        registry: options.registry,
        status: answer.status,
        what: 'GET token',
      });
    }
    const body = tokenSchema.safeParse(parsed(answer.body));
    const value = body.data?.token ?? body.data?.access_token;
    if (value === undefined) {
      throw new SitewrightError('registry-response', {
        registry: options.registry,
        status: answer.status,
        what: 'GET token',
      });
    }
    tokens.set(key, { value, expires: options.clock() + (body.data?.expires_in ?? 60) * 1000 });
    return value;
  };

  return {
    header: async (scopes) => {
      if (known === undefined) return undefined;
      return known.scheme === 'bearer' ? `Bearer ${await token(scopes)}` : basic();
    },
    challenge: async (header, scopes, sent) => {
      known = parseChallenge(header ?? 'Basic');
      if (known.scheme === 'bearer') {
        tokens.delete([...scopes].sort().join(' '));
        return true;
      }
      return sent === undefined && options.user !== '';
    },
  };
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
