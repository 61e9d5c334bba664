import type { SitewrightError } from '../../../contract/errors.ts';
import {
  accountCause,
  type Cause,
  certificateCause,
  connectionCause,
  refusalCause,
} from '../../drivers/registry/causes.ts';
import { headerOf, type Observation, wordsOf } from './look.ts';

export type Judgement = Cause;

/** The registry as it is addressed; `anonymous` without an account. */
export type Addressed = { readonly scheme: 'http' | 'https'; readonly host: string; readonly anonymous: boolean };

/** Words in which a reason is looked for: paths of files come before it. */
const telling = 4000;

/** Why no answer came, by the error's codes. */
export function judgeFailure(error: SitewrightError, to: Addressed): Judgement {
  // Asked for a token at an address that cannot be reached, or one that would carry the password in the open.
  if (error.params.what === 'GET token')
    return { cause: 'token-address', params: { address: String(error.params.status) } };
  const asked = String(error.params.registry ?? to.host);
  if (asked !== to.host) return { cause: 'token-address', params: { address: asked } };
  if (error.code === 'registry-unauthorized') return accountCause(to.anonymous);
  return error.code === 'registry-tls-untrusted' ? certificateCause(error) : connectionCause(error);
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
    return challenged || status === 403 ? accountCause(to.anonymous) : { cause: 'not-a-registry' };
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
  return refusalCause(seen.status ?? 0, wordsOf(seen.body, telling));
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
