import { SitewrightError } from '../../../contract/errors.ts';
import { anySignal } from '../../drivers/any-signal.ts';
import type { RegistryClient } from '../../drivers/registry/client.ts';
import { answerHeader, transportError } from '../../drivers/registry/failures.ts';
import type { Answer, Call } from '../../drivers/registry/transport.ts';
import { fault } from '../../drivers/tunnel.ts';

/** One exchange as it was seen: the answer, or why none came. */
export type Observation = {
  readonly method: string;
  readonly path: string;
  readonly status?: number;
  readonly headers: Answer['headers'];
  readonly body: Buffer;
  readonly error?: SitewrightError;
  readonly ms: number;
};

/** Longest wait for an answer once everything was sent, ms: short of what a person would wait. */
export const patienceMs = 10_000;

/** Asks and keeps what came, whatever it is; an answer that does not end is none. Throws only what is no statement about the way: cancelled, a bug. */
export async function look(registry: RegistryClient, call: Call): Promise<Observation> {
  const started = performance.now();
  const { method, path } = call;
  const taken = () => performance.now() - started;
  const limit = new AbortController();
  const { host } = new URL(path, registry.origin);
  const endless = () =>
    limit.abort(transportError(host, fault('UND_ERR_BODY_TIMEOUT', 'the answer does not end'), undefined));
  // What is sent in pieces takes as long as the line takes.
  const sending = call.body !== undefined && !Buffer.isBuffer(call.body);
  const timer = sending ? undefined : setTimeout(endless, 2 * (call.patienceMs ?? patienceMs));
  try {
    const signal = anySignal([limit.signal, ...(call.signal ? [call.signal] : [])]);
    const { status, headers, body } = await registry.ask({ ...call, signal });
    return { method, path, status, headers, body, ms: taken() };
  } catch (error) {
    if (!(error instanceof SitewrightError) || ['cancelled', 'internal'].includes(error.code)) throw error;
    return { method, path, headers: {}, body: Buffer.alloc(0), error, ms: taken() };
  } finally {
    clearTimeout(timer);
  }
}

/** The beginning of an answer's words, without the markup of an HTML page. */
export function wordsOf(body: Buffer, most = 200): string {
  const words = body.toString('utf8').slice(0, 4000);
  const plain = /^\s*</.test(words)
    ? words.replace(/<(style|script)[\s\S]*?<\/\1>/gi, '').replace(/<[^>]*>/g, ' ')
    : words;
  return plain.replace(/\s+/g, ' ').trim().slice(0, most);
}

/** What was seen, for a person who wants the raw answer. An upload's address is as good as a right: its query stays out. */
export function saidBy(seen: Observation): string {
  const { pathname } = new URL(seen.path, 'https://registry');
  const asked = `${seen.method} ${pathname}`;
  if (seen.error !== undefined) return `${asked}: ${seen.error.detail ?? seen.error.code}`;
  return `${asked}: ${seen.status} ${wordsOf(seen.body)}`.trim();
}

export const headerOf = (seen: Observation, name: string): string | undefined => answerHeader(seen, name);
