import { errors } from 'undici';
import { asSitewrightError, SitewrightError } from '../../../contract/errors.ts';
import type { Answer, Call } from './transport.ts';

const certificateReasons = /^(CERT_|ERR_TLS_CERT|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO)/;

/** Which error it is when no answer came. */
export function transportError(registry: string, error: unknown, signal: AbortSignal | undefined): SitewrightError {
  if (signal?.aborted) return asSitewrightError(signal.reason);
  if (error instanceof SitewrightError) return error;
  const code = (error as { code?: string }).code ?? '';
  if (certificateReasons.test(code))
    return new SitewrightError('registry-tls-untrusted', { registry }, { cause: error, detail: code });
  const detail =
    error instanceof errors.UndiciError || code !== '' ? `${code} ${(error as Error).message}`.trim() : String(error);
  return new SitewrightError('registry-unreachable', { registry }, { cause: error, detail });
}

/** A full disk in the system's words; distribution 2.8 gives the number of the error alone. */
export const tellsDiskFull = (words: string): boolean =>
  /no space left|disk quota exceeded|ENOSPC|"Err":\s*(28|122)\b/i.test(words);

/** Answers to a write that mean: it is refused, and by whom. */
const refusals = [403, 405, 413, 429, 507];

/** Which error an answer is, by status and by what was asked. The answer's words are kept, shortened. */
export function refusal(registry: string, credential: string, call: Call, answer: Answer): SitewrightError {
  const what = `${call.method} ${new URL(call.path, 'https://registry').pathname}`;
  const whole = answer.body.toString('utf8').replace(/\s+/g, ' ');
  const words = whole.slice(0, 500);
  const detail = `${answer.status} ${words}`;
  if (answer.status === 401) return new SitewrightError('registry-unauthorized', { registry, credential }, { detail });
  const writes = ['POST', 'PATCH', 'PUT'].includes(call.method);
  const after = retryAfterMs(answerHeader(answer, 'retry-after'), Date.now());
  const params = { registry, what, status: answer.status, ...(after !== undefined && { retryAfterMs: after }) };
  // A full disk is told as an error of the server, with the system's words in it.
  if (writes && (refusals.includes(answer.status) || tellsDiskFull(whole))) {
    return new SitewrightError('registry-push-refused', { ...params, repository: call.repository ?? '' }, { detail });
  }
  return new SitewrightError('registry-response', params, { detail });
}

/** The first value of a header; names in lower case. */
export function answerHeader(answer: Pick<Answer, 'headers'>, name: string): string | undefined {
  const value = answer.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** `Retry-After` of RFC 9110, seconds or a date, as milliseconds from now; undefined where there is none to understand. */
export function retryAfterMs(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
