import type { Readable } from 'node:stream';
import { type Dispatcher, request } from 'undici';
import { asSitewrightError } from '../../../contract/errors.ts';
import { createAuthorization } from './authorization.ts';
import type { UploadBody } from './client.ts';
import { answerHeader, refusal, tokenAddress, transportError } from './failures.ts';
import { createPieces, type Pieces } from './pieces.ts';

export type Call = {
  readonly method: Dispatcher.HttpMethod;
  readonly repository?: string;
  /** Path at the registry, or the absolute address of an upload. */
  readonly path: string;
  readonly scopes: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | UploadBody;
  readonly signal?: AbortSignal | undefined;
  /** Longest wait for the head of the answer once everything was sent, ms; the stall limit where absent. */
  readonly patienceMs?: number;
};

export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
};

/** Exchanges with one registry, signed in. */
export type Transport = {
  readonly base: URL;
  /** An answer with one of the statuses; every other is thrown as the error that it is. */
  readonly exchange: (call: Call, accepted: readonly number[]) => Promise<Answer>;
  /** Whatever answer comes. */
  readonly ask: (call: Call) => Promise<Answer>;
  /** As `exchange`, with the body still to come. */
  readonly stream: (call: Call, accepted: readonly number[]) => Promise<Dispatcher.ResponseData>;
  /** Whatever answer comes, with the body still to come. */
  readonly open: (call: Call) => Promise<Dispatcher.ResponseData>;
};

export function createTransport(options: {
  readonly base: URL;
  readonly dispatcher: Dispatcher;
  readonly user: string;
  readonly password: () => string;
  readonly credential: string;
}): Transport {
  const { base, dispatcher } = options;
  const line = createPieces(() => performance.now());

  const send = async (call: Call, authorization: string | undefined): Promise<Dispatcher.ResponseData> => {
    const url = new URL(call.path, base);
    const source = call.body === undefined || Buffer.isBuffer(call.body) ? undefined : inPieces(call.body, line);
    try {
      return await request(url, {
        method: call.method,
        dispatcher,
        // undici would close the connection after each HEAD, for servers that answer it with a body.
        reset: false,
        headers: { ...call.headers, ...(authorization !== undefined && { authorization }) },
        // undici also takes an async iterable; its types know streams only.
        body: (source?.content as unknown as Readable | undefined) ?? (call.body as Buffer | undefined) ?? null,
        ...(call.patienceMs !== undefined && { headersTimeout: call.patienceMs }),
        ...(call.signal && { signal: call.signal }),
      });
    } catch (error) {
      const broken = source?.failure();
      if (broken !== undefined) throw asSitewrightError(broken);
      // What answers is not always the registry: a token server, a store that uploads are sent on to.
      throw transportError(url.host, error, call.signal);
    }
  };

  const whole = async (call: Call, response: Dispatcher.ResponseData): Promise<Answer> => {
    try {
      const body = Buffer.from(await response.body.arrayBuffer());
      return { status: response.statusCode, headers: response.headers, body };
    } catch (error) {
      throw transportError(base.host, error, call.signal);
    }
  };

  const authorization = createAuthorization({
    registry: base.host,
    user: options.user,
    password: options.password,
    credential: options.credential,
    clock: Date.now,
    fetch: async (url, headers) => {
      if (base.protocol === 'https:' && !url.startsWith('https:')) throw tokenAddress(base.host, new URL(url).origin);
      const call: Call = { method: 'GET', path: url, scopes: [], headers };
      const answer = await whole(call, await send(call, undefined));
      return { status: answer.status, body: answer.body.toString('utf8') };
    },
  });

  /** Signs in where the registry asks for it, and asks once more. */
  const signedIn = async (call: Call): Promise<Dispatcher.ResponseData> => {
    // An exchange may be sent on to another host. The account is for this registry only, and a challenge of somebody else
    // would have it taken wherever it says.
    if (new URL(call.path, base).origin !== base.origin) return await send(call, undefined);
    const sent = await authorization.header(call.scopes);
    const response = await send(call, sent);
    if (response.statusCode !== 401) return response;
    const challenge = answerHeader(response, 'www-authenticate');
    if (!(await authorization.challenge(challenge, sent))) return response;
    await response.body.dump();
    return await send(call, await authorization.header(call.scopes));
  };

  const refuse = async (call: Call, response: Dispatcher.ResponseData): Promise<never> => {
    throw refusal(base.host, options, call, await whole(call, response));
  };

  return {
    base,
    open: signedIn,
    ask: async (call) => await whole(call, await signedIn(call)),
    exchange: async (call, accepted) => {
      const response = await signedIn(call);
      if (!accepted.includes(response.statusCode)) return await refuse(call, response);
      return await whole(call, response);
    },
    stream: async (call, accepted) => {
      const response = await signedIn(call);
      return accepted.includes(response.statusCode) ? response : await refuse(call, response);
    },
  };
}

/** The body in pieces, telling how many bytes have left and whether its source broke. */
function inPieces(body: UploadBody, line: Pieces): { content: AsyncIterable<Uint8Array>; failure: () => unknown } {
  let failure: unknown;
  async function* content(): AsyncGenerator<Uint8Array> {
    const source = body.open()[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await source.next().catch((error: unknown) => {
          failure = error;
          throw error;
        });
        if (next.done === true) return;
        for (const piece of line.cut(next.value)) {
          yield piece;
          body.sent(piece.length);
        }
      }
    } finally {
      await source.return?.();
    }
  }
  return { content: content(), failure: () => failure };
}
