import type { SitewrightError } from '../../../contract/errors.ts';
import type { PathCause } from '../../../contract/path-test.ts';
import type { TextParams } from '../../../contract/text.ts';
import { tellsDiskFull } from '../../drivers/registry/failures.ts';
import { headerOf, type Observation, wordsOf } from './look.ts';

/** Why something did not go as it should, with what the words about it need. */
export type Judgement = { readonly cause: PathCause; readonly params?: TextParams };

/** The registry as it is addressed. */
export type Addressed = { readonly scheme: 'http' | 'https'; readonly host: string };

/** Words in which a reason is looked for: paths of files come before it. */
const telling = 4000;

const certificates: readonly [RegExp, PathCause][] = [
  [/ERR_TLS_CERT_ALTNAME_INVALID/, 'wrong-name'],
  [/ERR_TLS_CERT_FINGERPRINT/, 'wrong-fingerprint'],
  [/CERT_HAS_EXPIRED/, 'expired'],
  [/CERT_NOT_YET_VALID/, 'not-yet-valid'],
  [/UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|CERT_/, 'unknown-authority'],
];

const connections: readonly [RegExp, PathCause][] = [
  [/ENOTFOUND|EAI_AGAIN|EAI_FAIL/, 'name-unknown'],
  [/ECONNREFUSED/, 'refused'],
  [/ENETUNREACH|EHOSTUNREACH|ENETDOWN/, 'no-route'],
  [/UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT/, 'filtered'],
  [/UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT/, 'stalled'],
  [/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|RECORD_LAYER/, 'not-tls'],
  [/ERR_SSL|EPROTO/, 'tls-failed'],
  [/HPE_|HTTP\/1\.1 protocol/, 'other-protocol'],
];

/** Why no answer came, by the error's codes. */
export function judgeFailure(error: SitewrightError, to: Addressed): Judgement {
  const words = codesOf(error);
  const found = (rules: readonly [RegExp, PathCause][]) => rules.find(([pattern]) => pattern.test(words))?.[1];
  // Asked for a token at an address that cannot be reached, or one that would carry the password in the open.
  if (error.params.what === 'GET token')
    return { cause: 'token-address', params: { address: String(error.params.status) } };
  const asked = String(error.params.registry ?? to.host);
  if (asked !== to.host) return { cause: 'token-address', params: { address: asked } };
  if (error.code === 'registry-unauthorized') return { cause: 'wrong-credentials' };
  if (error.code === 'registry-tls-untrusted') return { cause: found(certificates) ?? 'unknown-authority' };
  return { cause: found(connections) ?? 'closed' };
}

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

/** Whether what answers `GET /v2/` is a registry that lets this account in. Undefined: it is. */
export function judgeGreeting(seen: Observation, to: Addressed): Judgement | undefined {
  if (seen.error !== undefined) return judgeFailure(seen.error, to);
  const status = seen.status ?? 0;
  const words = wordsOf(seen.body, telling);
  if (status === 400 && /HTTP request (was sent )?to (an )?HTTPS/i.test(words)) return { cause: 'tls-expected' };
  if (status >= 300 && status < 400)
    return { cause: 'redirected', params: { address: headerOf(seen, 'location') ?? '?' } };
  if ([502, 503, 504].includes(status)) return { cause: 'no-upstream', params: { status } };
  if (status === 401 || status === 403) {
    const challenged = headerOf(seen, 'www-authenticate') !== undefined || headerOf(seen, apiVersion) !== undefined;
    return { cause: challenged || status === 403 ? 'wrong-credentials' : 'not-a-registry' };
  }
  const page =
    /html/.test(headerOf(seen, 'content-type') ?? '') || /^\s*<(!doctype|html)/i.test(seen.body.toString('latin1'));
  if (status === 200 && !page) return undefined;
  return { cause: 'not-a-registry' };
}

const apiVersion = 'docker-distribution-api-version';

/** Refusals that mean the same whatever was written. */
export function judgeRefusal(seen: Observation, to: Addressed): Judgement {
  if (seen.error !== undefined) {
    // An upload goes where the registry sent it.
    const { host, origin } = new URL(seen.path, `${to.scheme}://${to.host}`);
    if (host !== to.host && seen.error.params.registry === host)
      return { cause: 'location-host', params: { address: origin } };
    return judgeFailure(seen.error, to);
  }
  const status = seen.status ?? 0;
  const words = wordsOf(seen.body, telling);
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

/**
 * A refusal to open an upload. `readable`: whether the same place may at least be read, which tells a missing right from a
 * place that is not there; `shallow`: whether a path with fewer parts is taken.
 */
export function judgeOpening(
  seen: Observation,
  to: Addressed,
  more: { readonly readable: boolean; readonly shallow: boolean },
): Judgement {
  // Its account is good: a token server that gives no token for this place refuses the place.
  const refused = seen.error?.code === 'registry-unauthorized';
  const judged: Judgement = refused ? { cause: 'no-push-right' } : judgeRefusal(seen, to);
  const about = ['unexpected', 'no-push-right', 'project-missing'].includes(judged.cause);
  if (about && more.shallow) return { cause: 'path-too-deep' };
  if (judged.cause === 'no-push-right' && !more.readable) return { cause: 'no-access' };
  // Harbor and others say "not found" for a project; a registry without projects knows every name.
  if (judged.cause === 'unexpected' && seen.status === 404) return { cause: 'project-missing' };
  return judged;
}

/** The address of an upload: what a proxy in front must have passed on for it to be right. Undefined: it can be used. */
export function judgeLocation(location: string | undefined, to: Addressed): Judgement | undefined {
  const base = `${to.scheme}://${to.host}`;
  if (location === undefined || !URL.canParse(location, base))
    return { cause: 'unexpected', params: { status: `Location: ${location ?? ''}` } };
  const url = new URL(location, base);
  if (to.scheme === 'https' && url.protocol === 'http:')
    return { cause: 'location-scheme', params: { address: url.origin } };
  return undefined;
}
