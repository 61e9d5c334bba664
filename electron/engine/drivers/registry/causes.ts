import type { PathCause } from '../../../contract/path-test.ts';
import { type TextKey, type TextParams, text } from '../../../contract/text.ts';

/** Why something did not go as it should, with what the words about it need. */
export type Cause = { readonly cause: PathCause; readonly params?: TextParams };

type Rules = readonly (readonly [RegExp, PathCause])[];

const certificates: Rules = [
  [/ERR_TLS_CERT_ALTNAME_INVALID/, 'wrong-name'],
  [/ERR_TLS_CERT_FINGERPRINT/, 'wrong-fingerprint'],
  [/CERT_HAS_EXPIRED/, 'expired'],
  [/CERT_NOT_YET_VALID/, 'not-yet-valid'],
  [/UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|CERT_/, 'unknown-authority'],
];

const connections: Rules = [
  [/ENOTFOUND|EAI_AGAIN|EAI_FAIL/, 'name-unknown'],
  [/ECONNREFUSED/, 'refused'],
  [/ENETUNREACH|EHOSTUNREACH|ENETDOWN/, 'no-route'],
  [/UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT/, 'filtered'],
  [/UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT/, 'stalled'],
  [/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|RECORD_LAYER/, 'not-tls'],
  [/ERR_SSL|EPROTO/, 'tls-failed'],
  [/HPE_|HTTP\/1\.1 protocol/, 'other-protocol'],
];

const causeBy = (rules: Rules, error: unknown): PathCause | undefined =>
  rules.find(([pattern]) => pattern.test(codesOf(error)))?.[1];

/** What is wrong with a certificate that was not believed. */
export const certificateCause = (error: unknown): Cause => ({
  cause: causeBy(certificates, error) ?? 'unknown-authority',
});

/** Why no answer came. */
export const connectionCause = (error: unknown): Cause => ({ cause: causeBy(connections, error) ?? 'closed' });

/** Codes and messages of an error and of everything that caused it. */
function codesOf(error: unknown): string {
  const words: string[] = [];
  for (let at = error as { code?: unknown; message?: unknown; cause?: unknown; errors?: unknown[] } | undefined; at; ) {
    words.push(`${String(at.code ?? '')} ${String(at.message ?? '')}`);
    // Several addresses of one name were tried: the first one speaks for all.
    at = (at.cause ?? at.errors?.[0]) as typeof at;
  }
  return words.join('\n');
}

/** A full disk in the system's words; distribution 2.8 gives the number of the error alone. */
const tellsDiskFull = (words: string): boolean =>
  /no space left|disk quota exceeded|ENOSPC|"Err":\s*(28|122)\b/i.test(words);

/** What a refusal of something that was written means, by status and words; the same whatever was written. */
export function refusalCause(status: number, words: string): Cause {
  if (tellsDiskFull(words) || status === 507) return { cause: 'disk-full' };
  if (/quota/i.test(words)) return { cause: 'quota' };
  if (/immutab|already exists|cannot be overwritten/i.test(words)) return { cause: 'tag-immutable' };
  if (status === 413) return { cause: 'body-limit' };
  if (status === 405) return { cause: 'read-only' };
  if (status === 408 || status === 504) return { cause: 'proxy-timeout', params: { status } };
  if (status === 429) return { cause: 'busy' };
  if (status === 502 || status === 503) return { cause: 'no-upstream', params: { status } };
  if (
    [401, 403, 404].includes(status) &&
    /(project|repository name|namespace)\b.*(not (found|known|exist)|does not exist|unknown)|NAME_UNKNOWN/i.test(words)
  )
    return { cause: 'project-missing' };
  if (status === 401 || status === 403) return { cause: 'no-push-right' };
  return { cause: 'unexpected', params: { status } };
}

/** What an account, or none, is refused for. */
export const accountCause = (anonymous: boolean): Cause => ({ cause: anonymous ? 'no-account' : 'wrong-credentials' });

/** Whether it is about what lies between, or about the moment, whatever was asked. */
export const isBetween = ({ cause }: Cause): boolean => ['no-upstream', 'proxy-timeout', 'busy'].includes(cause);

/** What was found and what makes it good, as the values of an error's texts. */
export function told({ cause, params }: Cause, about: { readonly registry: string; readonly repository?: string }) {
  const named = { ...about, now: new Date().toISOString(), ...params };
  return { found: text(`path.cause.${cause}` as TextKey, named), fix: text(`path.fix.${cause}` as TextKey, named) };
}
