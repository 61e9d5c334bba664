import { randomBytes } from 'node:crypto';
import { throwawayName } from '../../../contract/path-test.ts';
import { digestOf } from '../../bundle/blob.ts';
import { imageManifestType } from '../../bundle/image/media-types.ts';
import type { RegistryClient } from '../../drivers/registry/client.ts';
import type { ImageContent } from '../content.ts';

/** Bytes with the name that a registry knows them by. */
export type Throwaway = { readonly content: Buffer; readonly digest: string };

const named = (content: Buffer): Throwaway => ({ content, digest: digestOf(content) });

/** The one small layer, the same at every test. */
export const smallBlob = named(Buffer.from('Sitewright path test: this content may be deleted at any time.\n'));
/** The configuration of the images that are made of it. */
export const emptyConfig = named(Buffer.from('{}'));

/** New bytes at each test: content that is there already would hide that a registry lost it. */
export const freshBlob = (bytes: number): Throwaway => named(randomBytes(bytes));

/** A manifest over the small layer; another `edition` is another digest. */
export function throwawayManifest(edition: number): Throwaway {
  return named(
    Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: imageManifestType,
        config: {
          mediaType: 'application/vnd.oci.image.config.v1+json',
          digest: emptyConfig.digest,
          size: emptyConfig.content.length,
        },
        layers: [
          {
            mediaType: 'application/vnd.oci.image.layer.v1.tar',
            digest: smallBlob.digest,
            size: smallBlob.content.length,
          },
        ],
        annotations: { 'org.opencontainers.image.title': `path test ${edition}` },
      }),
    ),
  );
}

/** What the images of a bundle ask of the way: where they go, and the size of their largest blob, bytes. */
export function demandOf(
  images: readonly ImageContent[],
  registry: RegistryClient,
): { readonly repositories: readonly string[]; readonly largest: number } {
  return {
    repositories: images.map(({ image }) => registry.repository(image.repository)),
    largest: Math.max(0, ...images.flatMap(({ blobs }) => blobs.map(({ size }) => size))),
  };
}

/**
 * Where the content goes: beside the release's own repositories, as deep as the deepest of them, since rights, quotas and limits
 * on names belong to a place. `others` are the remaining projects (first parts of names).
 */
export function placesFor(repositories: readonly string[]): {
  readonly main: string;
  readonly others: readonly string[];
} {
  const parents = repositories.map((name) => name.split('/').slice(0, -1));
  const deepest = parents.reduce((best, parent) => (parent.length > best.length ? parent : best), parents[0] ?? []);
  const at = (parent: readonly string[]) => [...parent, throwawayName].join('/');
  const projects = new Map(parents.map((parent) => [parent[0] ?? '', parent] as const));
  projects.delete(deepest[0] ?? '');
  return { main: at(deepest), others: [...projects.values()].map(at) };
}

/** The same place with one part less between project and name, to find out whether it was the depth; undefined where it is flat. */
export function shallower(place: string): string | undefined {
  const parts = place.split('/');
  return parts.length > 2 ? [parts[0], parts.at(-1)].join('/') : undefined;
}
