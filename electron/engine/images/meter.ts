import type { Descriptor, ImageContent } from './content.ts';

/** How far a push is: bytes of all blobs that were missing, and of each image's. A shared blob counts for each image. */
export type PushProgress = {
  readonly done: number;
  readonly total: number;
  readonly images: readonly { readonly reference: string; readonly done: number; readonly total: number }[];
};

/** Adds up what all streams tell. What has to be sent again does not take back what was shown. */
export type PushMeter = {
  readonly held: (digest: string, bytes: number) => void;
  readonly progress: () => PushProgress;
};

/** Shortest time between two notices, ms. */
const tellMs = 50;

export function createMeter(images: readonly ImageContent[], tell: (progress: PushProgress) => void): PushMeter {
  const blobs = new Map<string, Descriptor>(images.flatMap(({ blobs }) => blobs.map((blob) => [blob.digest, blob])));
  const held = new Map<string, number>();
  const parts = images.map(({ image, blobs }) => {
    const own = new Map(blobs.map((blob) => [blob.digest, blob.size]));
    const total = [...own.values()].reduce((sum, size) => sum + size, 0);
    return { reference: image.reference, digests: own, done: 0, total };
  });
  const total = [...blobs.values()].reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  let told = Number.NEGATIVE_INFINITY;
  const progress = () => ({
    done,
    total,
    images: parts.map(({ reference, done, total }) => ({ reference, done, total })),
  });
  return {
    progress,
    held: (digest, bytes) => {
      const more = Math.min(bytes, blobs.get(digest)?.size ?? 0) - (held.get(digest) ?? 0);
      if (more <= 0) return;
      held.set(digest, (held.get(digest) ?? 0) + more);
      done += more;
      for (const part of parts) if (part.digests.has(digest)) part.done += more;
      // Thousands of pieces a second come by; who looks on sees some of them.
      const now = performance.now();
      if (done < total && now - told < tellMs) return;
      told = now;
      tell(progress());
    },
  };
}
