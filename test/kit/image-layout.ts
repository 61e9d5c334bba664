import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type LayerPlan, planImages } from './image-layout-plan.ts';
import { layerTar } from './layer-content.ts';

/** One image of a generated layout. */
export type LayoutImage = {
  /** `energy/image-01:1.0.0`, as `index.json` calls it. */
  readonly reference: string;
  readonly digest: string;
  /** Layers and configuration, bytes. */
  readonly bytes: number;
};

export type ImageLayout = {
  /** An OCI layout: `oci-layout`, `index.json`, `blobs/sha256`. */
  readonly folder: string;
  readonly images: readonly LayoutImage[];
  /** Layers and configurations; manifests are not counted. */
  readonly blobs: number;
  readonly bytes: number;
};

type Descriptor = { readonly mediaType: string; readonly digest: string; readonly size: number };
type PackedLayer = Descriptor & { readonly diffId: string };

const manifestType = 'application/vnd.oci.image.manifest.v1+json';

/**
 * Writes a release of real images (tar, gzip, configurations with the layers' unpacked digests) as an OCI layout; see `planImages`.
 * The same call gives the same bytes with the same version of Node. `scale` 1 is 1.6 GB and takes a minute or two.
 */
export async function writeImageLayout(
  folder: string,
  { release = 1, scale = 1 }: { readonly release?: 1 | 2; readonly scale?: number } = {},
): Promise<ImageLayout> {
  const store = join(folder, 'blobs', 'sha256');
  await mkdir(store, { recursive: true });
  const packed = new Map<string, Promise<PackedLayer>>();
  const sizes = new Map<string, number>();
  const tops: (Descriptor & { annotations: Record<string, string> })[] = [];
  const images: LayoutImage[] = [];
  for (const image of planImages(release, scale)) {
    const layers = await Promise.all(
      image.layers.map((plan) => {
        const made = packed.get(plan.seed) ?? packLayer(store, plan);
        packed.set(plan.seed, made);
        return made;
      }),
    );
    const config = await keep(store, 'application/vnd.oci.image.config.v1+json', {
      architecture: 'amd64',
      os: 'linux',
      config: { Env: ['PATH=/usr/bin:/bin'], Entrypoint: ['/usr/bin/service'], Labels: { image: image.reference } },
      rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    });
    const manifest = await keep(store, manifestType, {
      schemaVersion: 2,
      mediaType: manifestType,
      config,
      layers: layers.map(({ mediaType, digest, size }) => ({ mediaType, digest, size })),
    });
    for (const { digest, size } of [...layers, config]) sizes.set(digest, size);
    tops.push({ ...manifest, annotations: { 'org.opencontainers.image.ref.name': image.reference } });
    const bytes = layers.reduce((sum, { size }) => sum + size, config.size);
    images.push({ reference: image.reference, digest: manifest.digest, bytes });
  }
  await writeFile(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  await writeFile(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: tops }));
  const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  return { folder, images, blobs: sizes.size, bytes };
}

async function keep(store: string, mediaType: string, value: object): Promise<Descriptor> {
  const content = Buffer.from(JSON.stringify(value));
  const hash = createHash('sha256').update(content).digest('hex');
  await writeFile(join(store, hash), content);
  return { mediaType, digest: `sha256:${hash}`, size: content.length };
}

async function packLayer(store: string, plan: LayerPlan): Promise<PackedLayer> {
  const aside = join(store, `making-${plan.seed}`);
  const tar = createHash('sha256');
  const zipped = createHash('sha256');
  const watched = (hash: typeof tar) =>
    async function* (source: AsyncIterable<Buffer>) {
      for await (const chunk of source) {
        hash.update(chunk);
        yield chunk;
      }
    };
  await pipeline(layerTar(plan), watched(tar), createGzip({ level: 6 }), watched(zipped), createWriteStream(aside));
  const hash = zipped.digest('hex');
  const { size } = await stat(aside);
  await rename(aside, join(store, hash));
  return {
    mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
    digest: `sha256:${hash}`,
    size,
    diffId: `sha256:${tar.digest('hex')}`,
  };
}
