import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { z } from 'zod';
import { text } from '../../../contract/text.ts';
import { blobOf, digestOf } from '../blob.ts';
import { canonicalJson } from '../canonical.ts';
import { digestPath } from '../digest.ts';
import { invalid } from '../source/place.ts';
import { namedImages } from './layout.ts';
import { imageManifestType } from './media-types.ts';
import type { Descriptor, ImageStore, NamedImage } from './store.ts';
import { indexTar, type TarIndex } from './tar-index.ts';

/** `manifest.json` of a docker-archive. */
const archiveSchema = z.array(
  z.looseObject({ Config: z.string(), RepoTags: z.array(z.string()).nullish(), Layers: z.array(z.string()) }),
);
const configSchema = z.looseObject({ rootfs: z.looseObject({ diff_ids: z.array(z.string()) }) });

/**
 * A tar of images, read where it lies: an OCI layout in a tar (new versions of `docker save` write one, too) byte for byte, or a
 * docker-archive. Error: release-invalid.
 */
export async function openArchive(file: string, place: string): Promise<ImageStore> {
  const broken = (problem: string) => invalid(place, text('bundle.problem.archive', { file: basename(file), problem }));
  const tar = await indexTar(file).catch((error: Error) => {
    throw broken(error.message);
  });
  if (tar.size('oci-layout') !== undefined && tar.size('index.json') !== undefined)
    return await layoutIn(tar, file, place);
  const content = await tar.read('manifest.json');
  if (content === undefined) throw broken('manifest.json');
  const entries = archiveSchema.safeParse(JSON.parse(content.toString('utf8')));
  if (!entries.success) throw broken('manifest.json');

  const paths = new Map<string, string>();
  const documents = new Map<string, Buffer>();
  const images: NamedImage[] = [];
  for (const { Config, RepoTags, Layers } of entries.data) {
    const config = await tar.read(Config);
    const diffIds = config && configSchema.safeParse(JSON.parse(config.toString('utf8'))).data?.rootfs.diff_ids;
    if (config === undefined || diffIds?.length !== Layers.length) throw broken(Config);
    const configBlob = blobOf(config, 'application/vnd.oci.image.config.v1+json');
    paths.set(configBlob.digest, Config);
    const layers: Descriptor[] = [];
    for (const [index, path] of Layers.entries()) {
      const layer = await describeLayer(tar, path, diffIds[index]!);
      if (layer === undefined) throw broken(path);
      paths.set(layer.digest, path);
      layers.push(layer);
    }
    const { digest, size, mediaType } = configBlob;
    const manifest = Buffer.from(
      canonicalJson({ schemaVersion: 2, mediaType: imageManifestType, config: { mediaType, digest, size }, layers }),
    );
    documents.set(digestOf(manifest), manifest);
    const descriptor = { mediaType: imageManifestType, digest: digestOf(manifest), size: manifest.length };
    images.push({ names: RepoTags ?? [], descriptor });
  }
  return {
    images,
    document: async ({ digest }) => documents.get(digest),
    size: async ({ digest }) => tar.size(paths.get(digest) ?? ''),
    open: ({ digest }) => tar.open(paths.get(digest) ?? ''),
    close: async () => undefined,
  };
}

/** A layer as it lies in the archive: its bytes are kept, so an uncompressed one is also its own unpacked digest. */
async function describeLayer(tar: TarIndex, path: string, diffId: string): Promise<Descriptor | undefined> {
  const size = tar.size(path);
  if (size === undefined) return undefined;
  const hash = createHash('sha256');
  let head: Buffer | undefined;
  for await (const chunk of tar.open(path) as AsyncIterable<Buffer>) {
    head ??= chunk.subarray(0, 4);
    hash.update(chunk);
  }
  const digest = `sha256:${hash.digest('hex')}`;
  const gzip = head?.[0] === 0x1f && head[1] === 0x8b;
  const zstd = head !== undefined && head.length === 4 && head.readUInt32LE(0) === 0xfd2fb528;
  // What is not compressed has to be what the configuration says of it.
  if (!gzip && !zstd && digest !== diffId) return undefined;
  const mediaType = `application/vnd.oci.image.layer.v1.tar${gzip ? '+gzip' : zstd ? '+zstd' : ''}`;
  return { mediaType, digest, size };
}

async function layoutIn(tar: TarIndex, file: string, place: string): Promise<ImageStore> {
  const pathOf = ({ digest }: Descriptor): string => `blobs/${digestPath(digest)}`;
  const index = await tar.read('index.json');
  return {
    images: namedImages(index?.toString('utf8'), file, place),
    document: (descriptor) => tar.read(pathOf(descriptor)),
    size: async (descriptor) => tar.size(pathOf(descriptor)),
    open: (descriptor) => tar.open(pathOf(descriptor)),
    close: async () => undefined,
  };
}
