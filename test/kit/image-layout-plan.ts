/** A layer to generate. Layers of the same seed and release are the same bytes, so images share them. */
export type LayerPlan = {
  readonly seed: string;
  /** Bytes of the unpacked content, about; packed it is a little more than half. */
  readonly bytes: number;
  /** Files in it; a large model is one, a base system many. */
  readonly files: number;
  /** What package managers leave behind in it. */
  readonly packages?: 'debian' | 'alpine' | 'node';
  /** Of a hundred pieces, how many differ from the release before: scattered, with some bytes put in between. */
  readonly changed?: number;
};

export type ImagePlan = { readonly reference: string; readonly layers: readonly LayerPlan[] };

const megabyte = 1_000_000;
/** Unpacked bytes that make one packed byte, for the content that is generated. */
const unpacked = 1.78;

/**
 * A release as the field has them: 12 images on two bases and three runtimes, one layer of 424 MB, many small ones; with
 * configurations 52 blobs and about 1.6 GB. The second release patches a base and five own layers here and there, so that seven of
 * twelve images and about 640 MB of blobs differ while little of their content does. `scale` shrinks all layers alike.
 */
export function planImages(release: 1 | 2, scale: number): readonly ImagePlan[] {
  const layer = (seed: string, size: number, files: number, changed = 0): LayerPlan => ({
    seed,
    bytes: Math.max(600, Math.round(size * megabyte * unpacked * scale)),
    files: Math.max(1, Math.round(files * Math.min(1, scale * 20))),
    ...(release === 2 && changed > 0 && { changed }),
  });
  const bases: readonly LayerPlan[] = [
    { ...layer('base-a', 78, 900, 2), packages: 'debian' },
    { ...layer('base-b', 31, 250), packages: 'alpine' },
  ];
  const runtimes: readonly LayerPlan[] = [
    layer('java', 190, 300),
    layer('python', 121, 1200),
    { ...layer('node', 58, 700), packages: 'node' },
  ];
  const small = [0.001, 0.02, 0.4, 1.7, 4.5];
  return Array.from({ length: 12 }, (_, at): ImagePlan => {
    const name = `image-${String(at + 1).padStart(2, '0')}`;
    const own =
      at === 0
        ? [layer('model', 424, 3, 4), layer(`${name}-0`, 2.6, 10)]
        : [
            layer(`${name}-0`, 9 + at * 6.1, 40, at >= 3 && at <= 6 ? 5 : 0),
            layer(`${name}-1`, at === 3 ? 161.6 : small[at % 5]! * 4, 20),
            // A few kilobytes of configuration.
            layer(`${name}-2`, small[(at + 2) % 5]!, 4),
          ];
    return { reference: `energy/${name}:${release}.0.0`, layers: [bases[at < 7 ? 0 : 1]!, runtimes[at % 3]!, ...own] };
  });
}
