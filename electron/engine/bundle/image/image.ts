import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { text } from '../../../contract/text.ts';
import { type Blob, blobOf } from '../blob.ts';
import { canonicalJson } from '../canonical.ts';
import type { ReleaseImage } from '../release.ts';
import { invalid } from '../source/place.ts';
import { isInside, type ReleaseSource } from '../source/release-source.ts';
import { closureFiles } from './closure.ts';
import { filesOf } from './folder-files.ts';
import { type ImageFile, imageFileName, type LayerSource, readImageFile } from './image-file.ts';
import { buildLayer, type Layer, layerMediaType } from './layer.ts';
import { imageIndexType, imageManifestType } from './media-types.ts';
import { chooseImage } from './read-image.ts';
import { splitReference } from './reference.ts';
import { isRemoteImage } from './remote.ts';
import type { ImageSources } from './sources.ts';

/** An image with all blobs that it takes, its manifest among them. */
export type BuiltImage = { readonly image: ReleaseImage; readonly blobs: readonly Blob[] };

/** Layers by what they are made of, so that a shared one is packed once. */
export type LayerCache = Map<string, Promise<Layer>>;

/** Builds image number `index` of the release from its folder, or takes it from where it lies. Errors: release-invalid, registry-*. */
export async function buildImage(
  source: ReleaseSource,
  index: number,
  layers: LayerCache,
  sources: ImageSources,
): Promise<BuiltImage> {
  const { reference, source: from } = source.file.images[index]!;
  const name = splitReference(reference);
  if (name === undefined) {
    throw invalid(source.place(['images', index, 'reference']), text('bundle.problem.reference', { reference }));
  }
  const place = source.place(['images', index, 'source']);
  const remote = isRemoteImage(from);
  if (!remote && !isInside(from)) throw invalid(place, text('bundle.problem.outside', { path: from }));
  const folder = remote ? from : join(source.folder, from);
  if (!remote && existsSync(join(folder, imageFileName))) {
    const { manifest, blobs } = await buildFromFolder(
      folder,
      `${from}/${imageFileName}`,
      source.file.architectures,
      layers,
    );
    return namedImage(reference, name, manifest, blobs);
  }
  const store = await sources.open(folder, place);
  if (store === undefined) throw invalid(place, text('bundle.problem.image-source', { source: from }));
  const { manifest, blobs } = await chooseImage(store, { reference, tag: name.tag }, place);
  return namedImage(reference, name, manifest, blobs);
}

/** An image under the name that a release or a layout gives it. */
export function namedImage(
  reference: string,
  name: { readonly repository: string; readonly tag: string },
  manifest: Blob,
  blobs: readonly Blob[],
): BuiltImage {
  const { digest, size, mediaType } = manifest;
  return { image: { reference, ...name, digest, mediaType, size }, blobs };
}

async function buildFromFolder(folder: string, name: string, architectures: readonly string[], cache: LayerCache) {
  const { value: file, place } = await readImageFile(folder, name);
  const layers = await Promise.all(
    file.layers.map((layer, index) => {
      const key = JSON.stringify([layer, layer.from === 'node-module-closure' ? '' : resolve(folder, layer.from)]);
      const made = cache.get(key) ?? makeLayer(layer, folder, place(['layers', index]));
      cache.set(key, made);
      return made;
    }),
  );
  const images = architectures.map((architecture) => {
    const config = blobOf(
      Buffer.from(canonicalJson(configOf(file, layers, architecture))),
      'application/vnd.oci.image.config.v1+json',
    );
    const manifest = blobOf(Buffer.from(canonicalJson(manifestOf(config, layers))), imageManifestType);
    return { architecture, config, manifest };
  });
  const blobs = [...images.flatMap(({ manifest, config }) => [manifest, config]), ...layers.map(({ blob }) => blob)];
  const only = images[0]!;
  if (images.length === 1) return { manifest: only.manifest, blobs };
  const index = {
    schemaVersion: 2,
    mediaType: imageIndexType,
    manifests: images.map(({ manifest, architecture }) => ({
      ...descriptor(manifest),
      platform: { architecture, os: 'linux' },
    })),
  };
  const manifest = blobOf(Buffer.from(canonicalJson(index)), imageIndexType);
  return { manifest, blobs: [manifest, ...blobs] };
}

async function makeLayer(layer: LayerSource, folder: string, place: string): Promise<Layer> {
  if ('package' in layer) return buildLayer(await closureFiles(layer.package, dirname(folder), place), layer.to);
  const from = resolve(folder, layer.from);
  if (!existsSync(from)) throw invalid(place, text('bundle.problem.file-missing', { path: layer.from }));
  return buildLayer(await filesOf(from, (path) => path === imageFileName || path === 'node_modules'), layer.to);
}

function configOf(file: ImageFile, layers: readonly Layer[], architecture: string) {
  return {
    architecture,
    os: 'linux',
    created: '1970-01-01T00:00:00Z',
    config: {
      Entrypoint: file.entrypoint,
      Env: Object.entries(file.env).map(([name, value]) => `${name}=${value}`),
      WorkingDir: file.workingDir,
      ...(file.user !== '' && { User: file.user }),
      ...(file.exposed.length > 0 && {
        ExposedPorts: Object.fromEntries(file.exposed.map((port) => [`${port}/tcp`, {}])),
      }),
      ...(Object.keys(file.labels).length > 0 && { Labels: file.labels }),
    },
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history: layers.map(() => ({ created: '1970-01-01T00:00:00Z', created_by: 'sitewright bundle build' })),
  };
}

function manifestOf(config: Blob, layers: readonly Layer[]) {
  return {
    schemaVersion: 2,
    mediaType: imageManifestType,
    config: descriptor(config),
    layers: layers.map(({ blob }) => ({ ...descriptor(blob), mediaType: layerMediaType })),
  };
}

function descriptor({ mediaType, digest, size }: Blob) {
  return { mediaType, digest, size };
}
