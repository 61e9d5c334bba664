import type { NodeImage, Sized } from './select.ts';
import type { NodeState } from './state.ts';

/** What one node lacks. */
export type NodeImport = {
  /** Images with the names that are absent, point elsewhere, or are not complete, unpacked and pinned. */
  readonly images: readonly { readonly image: NodeImage; readonly names: readonly string[] }[];
  /** Blobs of those images that are not in the content store, each once. */
  readonly blobs: readonly Sized[];
  /** Bytes of those blobs. */
  readonly bytes: number;
  /** Bytes of the images' other blobs, which are there already. */
  readonly present: number;
};

/** Compares what the images need with what the node has. Pure. */
export function planNodeImport(images: readonly NodeImage[], state: NodeState): NodeImport {
  const lacking = images.flatMap((image) => {
    const names = image.names.filter((name) => !isReady(image, name, state));
    return names.length === 0 ? [] : [{ image, names }];
  });
  const needed = new Map(lacking.flatMap(({ image }) => image.blobs.map((blob) => [blob.digest, blob] as const)));
  const blobs = [...needed.values()].filter(({ digest }) => !state.content.has(digest));
  const sum = (list: Iterable<Sized>): number => [...list].reduce((total, { size }) => total + size, 0);
  const bytes = sum(blobs);
  return { images: lacking, blobs, bytes, present: sum(needed.values()) - bytes };
}

/** Whether pods can start from this name at once and for good. */
export function isReady(image: NodeImage, name: string, state: NodeState): boolean {
  const found = state.images.get(name);
  return found !== undefined && found.digest === image.image.digest && found.complete && found.unpacked && found.pinned;
}
