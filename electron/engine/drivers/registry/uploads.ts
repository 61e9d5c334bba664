import { SitewrightError } from '../../../contract/errors.ts';
import type { RegistryClient, UploadSession } from './client.ts';
import { answerHeader } from './failures.ts';
import type { Answer, Transport } from './transport.ts';

/** A registry that has received everything may take its time to put a large blob in place, ms. */
const finishMs = 300_000;
const gone = [200, 202, 204, 404, 405];

type Uploads = Pick<
  RegistryClient,
  'mountBlob' | 'openUpload' | 'sendUpload' | 'uploadStatus' | 'finishUpload' | 'abandonUpload'
>;

/** Upload sessions of the distribution specification: opened, sent, asked for, closed or taken away. */
export function createUploads(
  { base, exchange }: Transport,
  scopesOf: { readonly push: (repository: string) => string[]; readonly pull: (repository: string) => string[] },
): Uploads {
  const absolute = (location: string | undefined, what: string): string => {
    if (location === undefined || !URL.canParse(location, base.href))
      throw new SitewrightError('registry-response', { registry: base.host, status: `Location: ${location}`, what });
    const { href, protocol } = new URL(location, base);
    // Behind a proxy that ends TLS, some registries name themselves without it: never followed into the open.
    if (base.protocol === 'https:' && protocol !== 'https:')
      throw new SitewrightError('registry-response', { registry: base.host, status: href, what });
    return href;
  };
  const opened = (answer: Answer, what: string): UploadSession => ({
    location: absolute(answerHeader(answer, 'location'), what),
    offset: 0,
  });
  const abandonUpload: Uploads['abandonUpload'] = async (repository, session) => {
    const call = { method: 'DELETE', repository, path: session.location, scopes: scopesOf.push(repository) } as const;
    await exchange(call, gone).catch(() => undefined);
  };

  return {
    mountBlob: async (repository, digest, from) => {
      const path = `/v2/${repository}/blobs/uploads/?mount=${digest}&from=${encodeURIComponent(from)}`;
      const scopes = [...scopesOf.push(repository), ...scopesOf.pull(from)];
      const answer = await exchange(
        { method: 'POST', repository, path, scopes, headers: { 'content-length': '0' } },
        [201, 202],
      );
      return answer.status === 201 ? 'mounted' : opened(answer, 'POST mount');
    },
    openUpload: async (repository, signal) => {
      const path = `/v2/${repository}/blobs/uploads/`;
      const scopes = scopesOf.push(repository);
      const answer = await exchange(
        { method: 'POST', repository, path, scopes, headers: { 'content-length': '0' }, signal },
        [202],
      );
      return opened(answer, 'POST upload');
    },
    sendUpload: async (repository, session, body, signal) => {
      const { offset } = session;
      const headers = {
        'content-type': 'application/octet-stream',
        'content-length': String(body.length),
        ...(body.ranged && { 'content-range': `${offset}-${offset + body.length - 1}` }),
      };
      const answer = await exchange(
        {
          method: 'PATCH',
          repository,
          path: session.location,
          scopes: scopesOf.push(repository),
          headers,
          body,
          signal,
        },
        [202, 201, 204],
      );
      const location = absolute(answerHeader(answer, 'location') ?? session.location, 'PATCH upload');
      // `0-0` after more than a byte is no statement: some registries write it whatever they hold.
      const end = rangeEnd(answerHeader(answer, 'range'));
      const held = end === undefined || end <= 0 ? offset + body.length : end + 1;
      return { location, offset: held };
    },
    uploadStatus: async (repository, session, signal) => {
      const scopes = scopesOf.push(repository);
      const answer = await exchange(
        { method: 'GET', repository, path: session.location, scopes, signal },
        [204, 200, 202, 400, 404, 405, 416],
      );
      const end = rangeEnd(answerHeader(answer, 'range'));
      // An empty session and one of a single byte answer alike: begun again, which costs one byte at most.
      if (answer.status >= 400 || end === undefined || end === 0) return undefined;
      const location = absolute(answerHeader(answer, 'location') ?? session.location, 'GET upload');
      return { location, offset: end + 1 };
    },
    finishUpload: async (repository, session, digest, signal) => {
      // The session's address is opaque: what stands in it is sent back as it came.
      const path = `${session.location}${session.location.includes('?') ? '&' : '?'}digest=${encodeURIComponent(digest)}`;
      const scopes = scopesOf.push(repository);
      await exchange(
        {
          method: 'PUT',
          repository,
          path,
          scopes,
          headers: { 'content-length': '0' },
          signal,
          patienceMs: finishMs,
        },
        [201, 204],
      );
    },
    abandonUpload,
  };
}

/** The last byte that a registry says it holds, from `0-1023` or `bytes=0-1023`; -1 for none (`0--1`). */
export function rangeEnd(range: string | undefined): number | undefined {
  const match = /^(?:bytes[= ])?0-(-?\d+)$/.exec(range?.trim() ?? '');
  return match === null ? undefined : Number(match[1]);
}
