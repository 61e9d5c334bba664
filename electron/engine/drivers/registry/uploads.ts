import { abandonCall, finishCall, mountCall, openCall, push, sendCall } from './calls.ts';
import type { RegistryClient, UploadSession } from './client.ts';
import { answerHeader, unexpected } from './failures.ts';
import type { Answer, Transport } from './transport.ts';

/** A registry that has received everything may take its time to put a large blob in place, ms. */
const finishMs = 300_000;
const gone = [200, 202, 204, 404, 405];

type Uploads = Pick<
  RegistryClient,
  'mountBlob' | 'openUpload' | 'sendUpload' | 'uploadStatus' | 'finishUpload' | 'abandonUpload'
>;

/** Upload sessions of the distribution specification: opened, sent, asked for, closed or taken away. */
export function createUploads({ base, exchange }: Transport): Uploads {
  const absolute = (location: string | undefined, what: string): string => {
    if (location === undefined || !URL.canParse(location, base.href))
      throw unexpected(base.host, { what, status: `Location: ${location}` });
    const { href, origin, protocol } = new URL(location, base);
    // Behind a proxy that ends TLS, some registries name themselves without it: never followed into the open.
    if (base.protocol === 'https:' && protocol !== 'https:')
      throw unexpected(base.host, { what, status: origin }, { cause: 'location-scheme', params: { address: origin } });
    return href;
  };
  const opened = (answer: Answer, what: string): UploadSession => ({
    location: absolute(answerHeader(answer, 'location'), what),
    offset: 0,
  });
  const abandonUpload: Uploads['abandonUpload'] = async (repository, session) => {
    await exchange(abandonCall(repository, session.location), gone).catch(() => undefined);
  };

  return {
    mountBlob: async (repository, digest, from) => {
      const answer = await exchange(mountCall(repository, digest, from), [201, 202]);
      return answer.status === 201 ? 'mounted' : opened(answer, 'POST mount');
    },
    openUpload: async (repository, signal) =>
      opened(await exchange({ ...openCall(repository), signal }, [202]), 'POST upload'),
    sendUpload: async (repository, session, body, signal) => {
      const answer = await exchange({ ...sendCall(repository, session, body), signal }, [202, 201, 204]);
      const location = absolute(answerHeader(answer, 'location') ?? session.location, 'PATCH upload');
      // `0-0` after more than a byte is no statement: some registries write it whatever they hold.
      const end = rangeEnd(answerHeader(answer, 'range'));
      const held = end === undefined || end <= 0 ? session.offset + body.length : end + 1;
      return { location, offset: held };
    },
    uploadStatus: async (repository, session, signal) => {
      const answer = await exchange(
        { method: 'GET', repository, path: session.location, scopes: [push(repository)], signal },
        [204, 200, 202, 400, 404, 405, 416],
      );
      const end = rangeEnd(answerHeader(answer, 'range'));
      // An empty session and one of a single byte answer alike: begun again, which costs one byte at most.
      if (answer.status >= 400 || end === undefined || end === 0) return undefined;
      const location = absolute(answerHeader(answer, 'location') ?? session.location, 'GET upload');
      return { location, offset: end + 1 };
    },
    finishUpload: async (repository, { location }, digest, signal) => {
      await exchange({ ...finishCall(repository, location, digest), signal, patienceMs: finishMs }, [201, 204]);
    },
    abandonUpload,
  };
}

/** The last byte that a registry says it holds, from `0-1023` or `bytes=0-1023`; -1 for none (`0--1`). */
export function rangeEnd(range: string | undefined): number | undefined {
  const match = /^(?:bytes[= ])?0-(-?\d+)$/.exec(range?.trim() ?? '');
  return match === null ? undefined : Number(match[1]);
}
