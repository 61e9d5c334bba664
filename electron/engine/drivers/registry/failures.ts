import { errors } from 'undici';
import { asSitewrightError, SitewrightError } from '../../../contract/errors.ts';
import type { PathCause } from '../../../contract/path-test.ts';
import type { TextParams } from '../../../contract/text.ts';
import {
  accountCause,
  type Cause,
  certificateCause,
  connectionCause,
  isBetween,
  refusalCause,
  told,
} from './causes.ts';
import type { Answer, Call } from './transport.ts';

const certificateReasons = /^(CERT_|ERR_TLS_CERT|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO)/;

/** Which error it is when no answer came. */
export function transportError(registry: string, error: unknown, signal: AbortSignal | undefined): SitewrightError {
  if (signal?.aborted) return asSitewrightError(signal.reason);
  if (error instanceof SitewrightError) return error;
  const code = (error as { code?: string }).code ?? '';
  if (certificateReasons.test(code))
    return new SitewrightError(
      'registry-tls-untrusted',
      { registry, ...told(certificateCause(error), { registry }) },
      { cause: error, detail: code },
    );
  const detail =
    error instanceof errors.UndiciError || code !== '' ? `${code} ${(error as Error).message}`.trim() : String(error);
  const why = told(connectionCause(error), { registry });
  return new SitewrightError('registry-unreachable', { registry, ...why }, { cause: error, detail });
}

/** Who is signed in: the name in the registry, and where its password is kept. */
export type Account = { readonly user: string; readonly credential: string };

/** The account that was given is not accepted, or none was given where one is needed. */
export function unauthorized(registry: string, { user, credential }: Account, detail?: string): SitewrightError {
  const why = told(accountCause(user === ''), { registry });
  return new SitewrightError(
    'registry-unauthorized',
    { registry, credential, ...why },
    detail === undefined ? {} : { detail },
  );
}

/** What the registry, or a proxy before it, has against a write however often it is tried. */
const refusals: readonly PathCause[] = [
  'disk-full',
  'quota',
  'tag-immutable',
  'body-limit',
  'read-only',
  'busy',
  'project-missing',
  'no-push-right',
];

/** An answer that is none of those that were asked for; `status` says which, `why` what it means. */
export function unexpected(
  registry: string,
  {
    what,
    status,
    repository = '',
  }: { readonly what: string; readonly status: string | number; readonly repository?: string },
  why: Cause = { cause: 'unexpected', params: { status } },
  more: { readonly params?: TextParams; readonly detail?: string } = {},
): SitewrightError {
  const { params, ...options } = more;
  return new SitewrightError(
    'registry-response',
    { registry, what, status, ...params, ...told(why, { registry, repository }) },
    options,
  );
}

/** Signing in is asked for at an address that cannot be used. */
export const tokenAddress = (registry: string, address: string): SitewrightError =>
  unexpected(registry, { what: 'GET token', status: address }, { cause: 'token-address', params: { address } });

/** Which error an answer is, by status and by what was asked. The answer's words are kept, shortened. */
export function refusal(registry: string, account: Account, call: Call, answer: Answer): SitewrightError {
  const { status, body } = answer;
  const { repository = '' } = call;
  const what = `${call.method} ${new URL(call.path, 'https://registry').pathname}`;
  const words = body.toString('utf8').replace(/\s+/g, ' ');
  const detail = `${status} ${words.slice(0, 500)}`;
  if (status === 401) return unauthorized(registry, account, detail);
  const after = retryAfterMs(answerHeader(answer, 'retry-after'), Date.now());
  const params: TextParams = after === undefined ? {} : { retryAfterMs: after };
  const why = refusalCause(status, words);
  if (!['POST', 'PATCH', 'PUT'].includes(call.method)) {
    const read: Cause = status === 403 ? { cause: 'no-access' } : { cause: 'unexpected', params: { status } };
    return unexpected(registry, { what, status, repository }, isBetween(why) ? why : read, {
      params,
      detail,
    });
  }
  if (!refusals.includes(why.cause)) return unexpected(registry, { what, status, repository }, why, { params, detail });
  // Smaller requests were tried before this is told.
  const last: Cause = why.cause === 'body-limit' ? { cause: 'body-limit-tiny' } : why;
  return new SitewrightError(
    'registry-push-refused',
    { registry, what, status, repository, ...params, ...told(last, { registry, repository }) },
    { detail },
  );
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
