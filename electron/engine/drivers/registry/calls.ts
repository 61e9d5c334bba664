import type { UploadBody, UploadSession } from './client.ts';
import type { Call } from './transport.ts';

/** Calls of the distribution specification as they are sent; who sends one decides which answers it takes. */

/** Rights that a call needs, as a token server is asked for them. */
export const pull = (repository: string): string => `repository:${repository}:pull`;
export const push = (repository: string): string => `repository:${repository}:pull,push`;

const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

export const manifestCall = (method: 'HEAD' | 'GET', repository: string, reference: string): Call => ({
  method,
  repository,
  path: `/v2/${repository}/manifests/${reference}`,
  scopes: [pull(repository)],
  headers: { accept: manifestTypes.join(', ') },
});

export const putManifestCall = (repository: string, reference: string, mediaType: string, content: Buffer): Call => ({
  method: 'PUT',
  repository,
  path: `/v2/${repository}/manifests/${reference}`,
  scopes: [push(repository)],
  headers: { 'content-type': mediaType },
  body: content,
});

export const blobCall = (method: 'HEAD' | 'GET', repository: string, digest: string): Call => ({
  method,
  repository,
  path: `/v2/${repository}/blobs/${digest}`,
  scopes: [pull(repository)],
});

const empty = { 'content-length': '0' };

export const openCall = (repository: string): Call => ({
  method: 'POST',
  repository,
  path: `/v2/${repository}/blobs/uploads/`,
  scopes: [push(repository)],
  headers: empty,
});

export const mountCall = (repository: string, digest: string, from: string): Call => ({
  method: 'POST',
  repository,
  path: `/v2/${repository}/blobs/uploads/?mount=${digest}&from=${encodeURIComponent(from)}`,
  scopes: [push(repository), pull(from)],
  headers: empty,
});

export const sendCall = (repository: string, { location, offset }: UploadSession, body: UploadBody): Call => ({
  method: 'PATCH',
  repository,
  path: location,
  scopes: [push(repository)],
  headers: {
    'content-type': 'application/octet-stream',
    'content-length': String(body.length),
    ...(body.ranged && { 'content-range': `${offset}-${offset + body.length - 1}` }),
  },
  body,
});

export const abandonCall = (repository: string, location: string): Call => ({
  method: 'DELETE',
  repository,
  path: location,
  scopes: [push(repository)],
});

export const removeCall = (repository: string, kind: 'manifests' | 'blobs', reference: string): Call => ({
  method: 'DELETE',
  repository,
  path: `/v2/${repository}/${kind}/${reference}`,
  scopes: [`repository:${repository}:delete,pull,push`],
});

/** The session's address is opaque: what stands in it is sent back as it came. */
export const finishCall = (repository: string, location: string, digest: string): Call => ({
  method: 'PUT',
  repository,
  path: `${location}${location.includes('?') ? '&' : '?'}digest=${encodeURIComponent(digest)}`,
  scopes: [push(repository)],
  headers: empty,
});

/** Content of a length that is known beforehand as the body of a PATCH. */
export function bodyOf(
  content: Buffer,
  options: { readonly ranged: boolean; readonly sent?: UploadBody['sent'] },
): UploadBody {
  return {
    length: content.length,
    ranged: options.ranged,
    sent: options.sent ?? (() => undefined),
    open: async function* () {
      yield content;
    },
  };
}
