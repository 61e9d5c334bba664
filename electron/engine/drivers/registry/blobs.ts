import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { blobCall } from './calls.ts';
import type { RegistryClient } from './client.ts';
import { answerHeader, transportError, unexpected } from './failures.ts';
import type { Transport } from './transport.ts';

/** A registry in front of an object store sends its clients there. */
export const sentOn: readonly number[] = [301, 302, 303, 307, 308];
/** Times that a client is sent on for one blob, at most. */
export const mostHops = 3;

type Response = Dispatcher.ResponseData;
type Reading = {
  readonly method: 'HEAD' | 'GET';
  readonly repository: string;
  readonly digest: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
};

/** Blobs as they are read, wherever they lie: at the registry, or in a store that it sends its clients to. */
export function createBlobs({ base, stream, open }: Transport): Pick<RegistryClient, 'headBlob' | 'getBlob'> {
  /** The answer of who has the blob, with one of the statuses; those of `elsewhere` also where that is not the registry. */
  const read = async (
    { method, repository, digest, headers = {}, signal }: Reading,
    accepted: readonly number[],
    elsewhere: readonly number[] = [],
  ): Promise<Response> => {
    const call = { ...blobCall(method, repository, digest), headers, signal };
    const what = `${method} ${call.path}`;
    let at = new URL(call.path, base);
    let response = await stream(call, [...accepted, ...sentOn]);
    for (let hops = 0; sentOn.includes(response.statusCode); hops += 1) {
      const location = answerHeader(response, 'location') ?? '';
      await response.body.dump();
      if (hops === mostHops || location === '' || !URL.canParse(location, at.href))
        throw unexpected(base.host, { what, status: `${response.statusCode} Location: ${location}` });
      at = new URL(location, at);
      const nowhere = (status: string | number) =>
        unexpected(base.host, { what, status }, { cause: 'store-address', params: { address: at.origin } });
      if (base.protocol === 'https:' && at.protocol !== 'https:') throw nowhere(at.origin);
      response = await open({ method, path: at.href, scopes: [], headers, signal });
      if ([...accepted, ...elsewhere, ...sentOn].includes(response.statusCode)) continue;
      await response.body.dump();
      throw nowhere(response.statusCode);
    }
    return response;
  };

  /** The size that an answer to the blob's first byte tells, or all its bytes counted where it tells none. */
  const sizeByReading = async (repository: string, digest: string): Promise<number | undefined> => {
    const first = { method: 'GET', repository, digest, headers: { range: 'bytes=0-0' } } as const;
    const response = await read(first, [200, 206, 404, 416]);
    const { statusCode, body } = response;
    const length = answerHeader(response, 'content-length');
    if (statusCode === 200 && length === undefined) {
      let size = 0;
      for await (const piece of told(body, base.host, undefined)) size += (piece as Buffer).length;
      return size;
    }
    // Of a whole blob that comes in place of its first byte no more than a little is read.
    await body.dump();
    if (statusCode === 404) return undefined;
    if (statusCode === 200) return Number(length);
    return Number(/^bytes (?:\d+-\d+|\*)\/(\d+)$/.exec(answerHeader(response, 'content-range') ?? '')?.[1]);
  };

  return {
    headBlob: async (repository, digest) => {
      // A store may refuse to be asked by an address that was signed for reading.
      const response = await read({ method: 'HEAD', repository, digest }, [200, 404], [400, 403, 405, 501]);
      await response.body.dump();
      if (response.statusCode === 404) return undefined;
      const length = answerHeader(response, 'content-length');
      if (response.statusCode === 200 && length !== undefined) return Number(length);
      return await sizeByReading(repository, digest);
    },
    getBlob: async (repository, digest, { offset = 0, signal } = {}) => {
      const headers: Record<string, string> = offset > 0 ? { range: `bytes=${offset}-` } : {};
      const reading = { method: 'GET', repository, digest, headers, signal } as const;
      const response = await read(reading, offset > 0 ? [206] : [200]);
      return told(response.body, base.host, signal);
    },
  };
}

/** A download whose end comes too early says so as every exchange does: who goes on after a cut knows it by that. */
function told(body: AsyncIterable<Buffer>, registry: string, signal: AbortSignal | undefined): Readable {
  async function* content() {
    try {
      yield* body;
    } catch (error) {
      throw transportError(registry, error, signal);
    }
  }
  return Readable.from(content(), { objectMode: false });
}
