import type { IncomingMessage } from 'node:http';
import type { Answer } from './answers.ts';
import { Refusal } from './answers.ts';
import type { Principal } from './sessions.ts';

/** A request after routing: path values, query and, where the route asks for it, who sends it. */
export type Call = {
  readonly request: IncomingMessage;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Reads and checks the JSON body, at most 64 KiB. */
  readonly body: () => Promise<Readonly<Record<string, unknown>>>;
};
export type SignedCall = Call & { readonly principal: Principal };

type Place = { readonly method: string; readonly path: string };
/** Who may call: anyone, anyone signed in (`session`), or a role with the permission. */
export type Route =
  | (Place & { readonly access: 'open'; readonly handle: (call: Call) => Promise<Answer> | Answer })
  | (Place & {
      readonly access: 'session';
      readonly permission?: string;
      readonly handle: (call: SignedCall) => Promise<Answer>;
    });

export type Match = { readonly route: Route; readonly params: Readonly<Record<string, string>> };

/** Finds the route of a request. Refusals: 404 not-found, 405 method-not-allowed. */
export function createRouter(routes: readonly Route[]): (method: string, path: string) => Match {
  const compiled = routes.map((route) => ({
    route,
    pattern: new RegExp(`^${route.path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
  }));
  return (method, path) => {
    const fitting = compiled.flatMap(({ route, pattern }) => {
      const found = pattern.exec(path);
      return found ? [{ route, params: { ...found.groups } as Record<string, string> }] : [];
    });
    const wanted = method === 'HEAD' ? 'GET' : method;
    const match = fitting.find(({ route }) => route.method === wanted);
    if (match) return match;
    if (fitting.length === 0) throw new Refusal(404, 'not-found', 'There is nothing at this address.');
    const allow = fitting.map(({ route }) => route.method).join(', ');
    throw new Refusal(405, 'method-not-allowed', 'This address does not take the method.', { allow });
  };
}

const bodyLimit = 64 * 1024;

/** Reads a JSON object. Refusals: 413 body-too-large, 400 body-invalid. */
export async function readBody(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyLimit)
      throw new Refusal(413, 'body-too-large', 'The body is larger than 64 KiB.', { connection: 'close' });
    chunks.push(chunk);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Falls through: what the caller needs to know is the same.
  }
  throw new Refusal(400, 'body-invalid', 'The body is not a JSON object.');
}
