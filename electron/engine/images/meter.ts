import type { ImageState, ImageTransfer } from '../../contract/transfers.ts';
import type { Descriptor, ImageContent } from './content.ts';

/** How far a push is: bytes of all blobs of the images that were not complete, and how each image stands. */
export type PushProgress = {
  readonly done: number;
  readonly total: number;
  /** What left in this attempt, also what had to be sent again. */
  readonly sent: number;
  readonly images: readonly ImageTransfer[];
};

/** How a blob came into a repository. */
export type Arrival = 'uploaded' | 'mounted' | 'present';

/** Adds up what all streams tell. What has to be sent again does not take back what was shown. */
export type PushMeter = {
  /** Work on a blob begins. */
  readonly begin: (digest: string) => void;
  readonly sent: (bytes: number) => void;
  /** Bytes of the blob that the registry has. */
  readonly held: (digest: string, bytes: number) => void;
  readonly placed: (repository: string, digest: string, how: Arrival) => void;
  readonly progress: () => PushProgress;
};

/** Shortest time between two notices, ms. */
const tellMs = 50;

type Part = {
  readonly reference: string;
  readonly repository: string;
  readonly digests: ReadonlySet<string>;
  readonly total: number;
  readonly arrivals: Map<string, Arrival>;
  begun: boolean;
  done: number;
};

/** `missing` are those of the images that are not complete yet. */
export function createMeter(options: {
  readonly images: readonly ImageContent[];
  readonly missing: readonly ImageContent[];
  readonly repository: (name: string) => string;
  readonly tell: (progress: PushProgress) => void;
}): PushMeter {
  const { images, missing, tell } = options;
  const blobs = new Map<string, Descriptor>(missing.flatMap(({ blobs }) => blobs.map((blob) => [blob.digest, blob])));
  const held = new Map<string, number>();
  const parts = images.map(({ image, blobs }): Part => {
    const own = new Map(blobs.map((blob) => [blob.digest, blob.size]));
    return {
      reference: image.reference,
      repository: options.repository(image.repository),
      digests: new Set(own.keys()),
      total: [...own.values()].reduce((sum, size) => sum + size, 0),
      arrivals: new Map(),
      begun: false,
      done: 0,
    };
  });
  const moving = parts.filter((_part, index) => missing.includes(images[index]!));
  const total = [...blobs.values()].reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  let sent = 0;
  let told = Number.NEGATIVE_INFINITY;
  const viewOf = (part: Part): ImageTransfer => {
    const { reference, total } = part;
    if (!moving.includes(part)) return { reference, state: 'present', done: total, total };
    return { reference, state: stateOf(part), done: part.done, total };
  };
  const progress = () => ({ done, total, sent, images: parts.map(viewOf) });
  /** Thousands of pieces a second come by; who looks on sees some of them. */
  const notify = () => {
    const now = performance.now();
    if (done < total && now - told < tellMs) return;
    told = now;
    tell(progress());
  };
  return {
    progress,
    begin: (digest) => {
      for (const part of moving) if (part.digests.has(digest)) part.begun = true;
    },
    sent: (bytes) => {
      sent += bytes;
    },
    held: (digest, bytes) => {
      const more = Math.min(bytes, blobs.get(digest)?.size ?? 0) - (held.get(digest) ?? 0);
      if (more <= 0) return;
      held.set(digest, (held.get(digest) ?? 0) + more);
      done += more;
      for (const part of moving) if (part.digests.has(digest)) part.done += more;
      notify();
    },
    placed: (repository, digest, how) => {
      for (const part of moving)
        if (part.repository === repository && part.digests.has(digest)) part.arrivals.set(digest, how);
      notify();
    },
  };
}

function stateOf({ digests, arrivals, begun }: Part): ImageState {
  if (arrivals.size < digests.size) return begun ? 'sending' : 'waiting';
  const ways = new Set(arrivals.values());
  return ways.has('uploaded') ? 'sent' : ways.has('mounted') ? 'mounted' : 'present';
}
