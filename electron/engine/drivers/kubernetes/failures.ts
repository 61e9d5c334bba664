import { SitewrightError } from '../../../contract/errors.ts';
import { isRecord } from './json.ts';

/** What an answer with an error status was about, for the words of the error. */
export type Asked = {
  readonly server: string;
  /** Name of the kubeconfig's vault entry. */
  readonly credential: string;
  readonly verb: string;
  /** Resource, e.g. `deployments`. */
  readonly resource: string;
  /** Kind, namespace and name, e.g. `Deployment energy/energy-api`. */
  readonly object: string;
  /** The object's content is secret: the server's words may quote it, so only its reason and field names are kept. */
  readonly confidential: boolean;
};

type Cause = { readonly reason: string; readonly message: string; readonly field: string };

/** Maps a `Status` answer of the API to the catalogue. */
export function failureOf(status: number, body: unknown, asked: Asked): SitewrightError {
  const state = isRecord(body) ? body : {};
  const reason = typeof state.reason === 'string' ? state.reason : `HTTP ${status}`;
  const message = typeof state.message === 'string' ? state.message : '';
  const causes = causesOf(state);
  const words = asked.confidential
    ? [reason, ...causes.map((cause) => cause.field)].filter((part) => part !== '').join(', ')
    : message === ''
      ? reason
      : message;
  const detail = { detail: `HTTP ${status} ${words}` };
  if (status === 401)
    return new SitewrightError(
      'kubernetes-unauthorized',
      { server: asked.server, credential: asked.credential },
      detail,
    );
  const denied = /cannot (\w+) resource "([^"]+)"/.exec(message);
  // 403 is also how a quota or an admission rule speaks; only the authoriser says who may not do what.
  if (status === 403 && (denied !== null || message === '' || /^forbidden\b/i.test(message))) {
    return new SitewrightError(
      'kubernetes-forbidden',
      { verb: denied?.[1] ?? asked.verb, resource: denied?.[2] ?? asked.resource },
      detail,
    );
  }
  const conflicts = causes.filter((cause) => cause.reason === 'FieldManagerConflict');
  if (status === 409 && conflicts.length > 0) {
    const owners = new Set(
      conflicts.map((cause) => /conflict with "?([^"]+?)"?(?: using .*)?$/.exec(cause.message)?.[1] ?? cause.message),
    );
    const fields = conflicts.map((cause) => cause.field.replace(/^\./, ''));
    return new SitewrightError(
      'kubernetes-conflict',
      { object: asked.object, owner: [...owners].join(', '), fields: fields.join(', ') },
      detail,
    );
  }
  if (status === 502 || status === 503 || status === 504)
    return new SitewrightError('kubernetes-unreachable', { server: asked.server }, detail);
  return new SitewrightError('kubernetes-refused', { object: asked.object, reason: words }, detail);
}

/** Maps a connection that did not come about or broke. */
export function connectionFailure(error: unknown, server: string, signal: AbortSignal | undefined): SitewrightError {
  if (error instanceof SitewrightError) return error;
  if (signal?.aborted === true) return new SitewrightError('cancelled');
  const code = codeOf(error);
  const words = error instanceof Error && error.message !== '' ? error.message : code;
  return new SitewrightError(
    'kubernetes-unreachable',
    { server },
    { cause: error, detail: code === '' || words.includes(code) ? words : `${code}: ${words}` },
  );
}

/** Error code of Node or undici, e.g. `ECONNREFUSED`; of the first inner error where several addresses were tried. */
export function codeOf(error: unknown): string {
  if (!isRecord(error)) return '';
  if (typeof error.code === 'string') return error.code;
  if (Array.isArray(error.errors)) return codeOf(error.errors[0]);
  return 'cause' in error ? codeOf(error.cause) : '';
}

function causesOf(state: Readonly<Record<string, unknown>>): readonly Cause[] {
  const details = isRecord(state.details) ? state.details : {};
  const causes = Array.isArray(details.causes) ? details.causes : [];
  return causes.filter(isRecord).map((cause) => ({
    reason: String(cause.reason ?? ''),
    message: String(cause.message ?? ''),
    field: String(cause.field ?? ''),
  }));
}
