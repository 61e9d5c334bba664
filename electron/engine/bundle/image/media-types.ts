export const imageManifestType = 'application/vnd.oci.image.manifest.v1+json';
export const imageIndexType = 'application/vnd.oci.image.index.v1+json';
/** Older names of the same two things. */
export const dockerManifestType = 'application/vnd.docker.distribution.manifest.v2+json';
export const dockerListType = 'application/vnd.docker.distribution.manifest.list.v2+json';

export function isIndexType(mediaType: string): boolean {
  return mediaType === imageIndexType || mediaType === dockerListType;
}

export function isManifestType(mediaType: string): boolean {
  return mediaType === imageManifestType || mediaType === dockerManifestType;
}

/** A layer that its maker forbids to redistribute: it stays where its URLs point. */
export function isForeignLayer(mediaType: string): boolean {
  return /\.(?:nondistributable|foreign)\./.test(mediaType);
}
