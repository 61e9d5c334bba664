import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Bundle } from '../../../electron/engine/bundle/bundle.ts';
import type { ReleaseImage } from '../../../electron/engine/bundle/release.ts';
import { type ImageContent, readImage } from '../../../electron/engine/images/content.ts';

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const indexType = 'application/vnd.oci.image.index.v1+json';

/** Images in memory, as a bundle would hold them. `opened` counts how often each blob was streamed. */
export type TestImages = {
  readonly bundle: Bundle;
  readonly blobs: Map<string, Buffer>;
  readonly opened: Map<string, number>;
  readonly images: readonly ImageContent[];
};

/**
 * Makes images of layers; a layer of the same name is the same blob. `index` puts an index above the manifest.
 * `fill` makes a layer's bytes, at random where absent.
 */
export async function testImages(
  wanted: readonly {
    readonly reference: string;
    readonly layers: Readonly<Record<string, number>>;
    readonly index?: boolean;
  }[],
  fill: (name: string, size: number) => Buffer = (_name, size) => randomBytes(size),
): Promise<TestImages> {
  const blobs = new Map<string, Buffer>();
  const opened = new Map<string, number>();
  const layers = new Map<string, { digest: string; size: number }>();
  const keep = (content: Buffer) => {
    const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
    blobs.set(digest, content);
    return { digest, size: content.length };
  };
  const keepJson = (value: object) => keep(Buffer.from(JSON.stringify(value)));
  const releaseImages = wanted.map(({ reference, layers: named, index }): ReleaseImage => {
    const parts = Object.entries(named).map(([name, size]) => {
      const layer = layers.get(name) ?? keep(fill(name, size));
      layers.set(name, layer);
      return { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', ...layer };
    });
    const config = { mediaType: 'application/vnd.oci.image.config.v1+json', ...keepJson({ reference }) };
    const manifest = {
      mediaType: manifestType,
      ...keepJson({ schemaVersion: 2, mediaType: manifestType, config, layers: parts }),
    };
    const top =
      index === true
        ? { mediaType: indexType, ...keepJson({ schemaVersion: 2, mediaType: indexType, manifests: [manifest] }) }
        : manifest;
    const [repository, tag] = reference.split(':') as [string, string];
    return { reference, repository, tag, ...top };
  });
  const bundle = {
    size: (digest: string) => blobs.get(digest)?.length,
    read: async (digest: string) => blobs.get(digest)!,
    open: (digest: string, { offset = 0 } = {}) => {
      opened.set(digest, (opened.get(digest) ?? 0) + 1);
      return Readable.from(chunks(blobs.get(digest)!.subarray(offset)), { objectMode: false });
    },
    close: async () => undefined,
  } as unknown as Bundle;
  const images = await Promise.all(releaseImages.map((image) => readImage(bundle, image)));
  return { bundle, blobs, opened, images };
}

function* chunks(content: Buffer): Generator<Buffer> {
  for (let at = 0; at < content.length; at += 64 * 1024) yield content.subarray(at, at + 64 * 1024);
}
