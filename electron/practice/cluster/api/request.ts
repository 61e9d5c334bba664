import type { IncomingMessage } from 'node:http';
import { parse } from 'yaml';
import { findKind, type Kind } from '../model/kinds.ts';
import { badRequest, noSuchPath } from './problem.ts';

/** A path below /api or /apis, taken apart. */
export type Route = {
  readonly kind: Kind;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
};

/** Reads the path of a resource; an unknown one is 404. */
export function routeOf(path: string): Route {
  const parts = path.split('/').slice(1).map(decodeURIComponent);
  const [root, ...rest] = parts;
  const [group, version, ...tail] = root === 'api' ? ['', ...rest] : root === 'apis' ? rest : [];
  if (group === undefined || version === undefined) throw noSuchPath();
  // /namespaces/x/pods belongs to the pods; /namespaces/x and /namespaces/x/status to the namespace itself.
  const inside = tail[0] === 'namespaces' && tail.length > 2 && !(tail.length === 3 && tail[2] === 'status');
  const [plural, name, subresource, ...more] = inside ? tail.slice(2) : tail;
  const kind = findKind(group, version, plural ?? '');
  if (kind === undefined || more.length > 0 || (inside && !kind.namespaced)) throw noSuchPath();
  if (kind.namespaced && !inside && name !== undefined) throw noSuchPath();
  return { kind, namespace: inside ? tail[1] : undefined, name, subresource };
}

const largestBody = 3 * 1024 * 1024;

/** The body as JSON or YAML, undefined when there is none. Errors: 400 for what cannot be read. */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBody) throw badRequest('the body of the request is larger than 3 MiB');
    chunks.push(chunk);
  }
  if (size === 0) return undefined;
  const words = Buffer.concat(chunks).toString('utf8');
  try {
    return /yaml/.test(request.headers['content-type'] ?? '') ? parse(words) : JSON.parse(words);
  } catch {
    // The parser's words would quote the body, which may hold a secret.
    throw badRequest('the body of the request could not be decoded');
  }
}
