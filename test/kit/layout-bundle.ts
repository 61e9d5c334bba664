import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Bundle } from '../../electron/engine/bundle/bundle.ts';
import type { ReleaseImage } from '../../electron/engine/bundle/release.ts';

type Named = {
  mediaType: string;
  digest: string;
  size: number;
  annotations: { 'org.opencontainers.image.ref.name': string };
};

/** The images of an OCI layout, readable as those of a bundle are. What else a bundle holds is not there. */
export type LayoutBundle = { readonly bundle: Bundle; readonly images: readonly ReleaseImage[] };

/** Opens a layout whose `index.json` names every image `repository:tag`. */
export async function openLayoutBundle(folder: string): Promise<LayoutBundle> {
  const { manifests } = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')) as { manifests: Named[] };
  const images = manifests.map(({ mediaType, digest, size, annotations }): ReleaseImage => {
    const reference = annotations['org.opencontainers.image.ref.name'];
    const [repository = '', tag = ''] = reference.split(':');
    return { reference, repository, tag, digest, mediaType, size };
  });
  const fileOf = (digest: string): string => join(folder, 'blobs', digest.replace(':', '/'));
  const bundle = {
    images,
    size: (digest) => statSync(fileOf(digest), { throwIfNoEntry: false })?.size,
    open: (digest, options = {}) =>
      Readable.from(verified(fileOf(digest), digest, options.offset ?? 0), { objectMode: false }),
    read: (digest) => readFile(fileOf(digest)),
    close: async () => undefined,
  } satisfies Partial<Bundle> as unknown as Bundle;
  return { bundle, images };
}

async function* verified(file: string, digest: string, start: number): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { start, highWaterMark: 512 * 1024 })) {
    hash.update(chunk as Buffer);
    yield chunk as Buffer;
  }
  if (start === 0 && `sha256:${hash.digest('hex')}` !== digest) throw new Error(`${digest} is damaged`);
}
