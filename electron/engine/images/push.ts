import type { SitewrightError } from '../../contract/errors.ts';
import type { Bundle } from '../bundle/bundle.ts';
import { createChunkMemories } from '../bundle/chunk-memory.ts';
import { anySignal } from '../drivers/any-signal.ts';
import type { RegistryClient, UploadSession } from '../drivers/registry/client.ts';
import { probeUploads } from './ability.ts';
import type { Descriptor, ImageContent } from './content.ts';
import { createPushJournal, type PushJournal } from './journal.ts';
import { createMeter, type PushProgress } from './meter.ts';
import { createPace } from './pace.ts';
import { patientQuestions } from './patient.ts';
import { createPersistence, type Patience, usualPatience } from './persistence.ts';
import { standingImages } from './standing.ts';
import { Paused, type UploadHands, uploadBlob } from './upload.ts';
import { type Wanted, wantedBlobs } from './wanted.ts';

/** What one push did: each unique blob crosses the wire once per registry. */
export type PushResult = {
  /** Blobs of the images that were not there yet. */
  readonly blobs: number;
  readonly uploaded: number;
  readonly mounted: number;
  readonly present: number;
  /** Everything that left, also what had to be sent again. */
  readonly bytesSent: number;
  /** Times that an exchange had to be tried again. */
  readonly setbacks: number;
  /** Stopped on demand before its end: the same push goes on from there. */
  readonly paused: boolean;
};

export type PushOptions = {
  readonly bundle: Bundle;
  readonly registry: RegistryClient;
  readonly images: readonly ImageContent[];
  readonly signal: AbortSignal;
  readonly progress: (progress: PushProgress) => void;
  /** References of images of which something is gone though their tag may stand: asked for blob by blob. */
  readonly broken?: readonly string[];
  /** Stops at the next point from which nothing has to be sent again. */
  readonly pause?: AbortSignal;
  /** Kept over kills; in memory where absent. */
  readonly journal?: PushJournal;
  /** Uploads at a time, at most; 4 where absent. */
  readonly streams?: number;
  /** Largest request to a registry that goes on with an upload, bytes; 64 MiB where absent. */
  readonly chunkBytes?: number;
  readonly patience?: Partial<Patience>;
  /** Hears of every exchange that is about to be tried again. */
  readonly setback?: (error: SitewrightError, pauseMs: number) => void;
};

const defaultChunkBytes = 64 * 1024 ** 2;
const defaultStreams = 4;

/**
 * One plan over all images: blobs first, each once, mounted into further repositories; then manifests by digest, children
 * before parents; tags last, so that a tag never points to something incomplete. Unchanged tags cost one request each.
 */
export async function pushImages(options: PushOptions): Promise<PushResult> {
  const { registry, signal } = options;
  const count = { uploaded: 0, mounted: 0, present: 0, bytesSent: 0, setbacks: 0 };
  const pace = createPace(options.streams ?? defaultStreams);
  const persistence = createPersistence({
    signal,
    patience: { ...usualPatience, ...options.patience },
    setback: (error, pauseMs) => {
      count.setbacks += 1;
      pace.setback();
      options.setback?.(error, pauseMs);
    },
  });
  const { again } = persistence;
  const journal = options.journal ?? createPushJournal({ load: () => undefined, save: () => undefined });
  const pause = options.pause ?? new AbortController().signal;
  const hands: UploadHands = {
    bundle: options.bundle,
    memories: createChunkMemories(),
    registry,
    journal,
    persistence,
    signal,
    pause,
    chunkBytes: options.chunkBytes ?? defaultChunkBytes,
  };

  const ask = patientQuestions(registry, anySignal([signal, pause]), persistence);
  const standing = await standingImages(registry, options.images, ask).catch((error: unknown) => {
    if (error !== pause.reason) throw error;
    return undefined;
  });
  if (standing === undefined) return { blobs: 0, ...count, paused: true };
  const { broken = [] } = options;
  const missing = options.images.filter((one) => !standing.includes(one) || broken.includes(one.image.reference));
  const wanted = wantedBlobs({ images: options.images, missing }, registry);
  const { images, progress: tell } = options;
  const meter = createMeter({ images, missing, repository: registry.repository, tell });

  const upload = async (repository: string, blob: Descriptor, opened?: UploadSession): Promise<void> => {
    const listener = {
      sent: (bytes: number) => {
        count.bytesSent += bytes;
        meter.sent(bytes);
      },
      held: (offset: number) => meter.held(blob.digest, offset),
    };
    await uploadBlob(hands, repository, blob, listener, opened);
    count.uploaded += 1;
  };
  const isIn = async (repository: string, { digest, size }: Descriptor): Promise<boolean> =>
    (await ask.headBlob(repository, digest)) === size;
  const place = async ({ blob, repositories, elsewhere }: Wanted): Promise<void> => {
    if (pause.aborted) throw new Paused();
    meter.begin(blob.digest);
    const lacking: string[] = [];
    let holder: string | undefined;
    for (const repository of repositories) {
      if (await isIn(repository, blob)) {
        holder ??= repository;
        meter.placed(repository, blob.digest, 'present');
      } else lacking.push(repository);
    }
    if (holder !== undefined) count.present += 1;
    for (const repository of elsewhere) if (holder === undefined && (await isIn(repository, blob))) holder = repository;
    for (const repository of lacking) {
      const from = holder;
      const mounted = from && (await again(() => registry.mountBlob(repository, blob.digest, from)));
      if (mounted === 'mounted') count.mounted += 1;
      // A mount that is not granted has opened an upload: that one is used.
      else await upload(repository, blob, mounted === undefined || mounted === '' ? undefined : mounted);
      meter.placed(repository, blob.digest, mounted === 'mounted' ? 'mounted' : 'uploaded');
      holder ??= repository;
    }
    meter.held(blob.digest, blob.size);
  };

  try {
    const largest = wanted[0];
    if (journal.ability() === undefined && largest !== undefined && largest.blob.size > hands.chunkBytes)
      journal.learn(await again(() => probeUploads(registry, largest.repositories[0]!)));
    await pace.each(wanted, place);
    if (pause.aborted) throw new Paused();
  } catch (error) {
    if (error instanceof Paused || error === pause.reason) return { blobs: wanted.length, ...count, paused: true };
    throw error;
  }
  await pace.each(missing, async ({ image, manifests }) => {
    const repository = registry.repository(image.repository);
    for (const manifest of manifests)
      await again(() => registry.putManifest(repository, manifest.digest, manifest.mediaType, manifest.content));
  });
  await pace.each(missing, async ({ image, manifests }) => {
    const top = manifests.at(-1)!;
    const repository = registry.repository(image.repository);
    await again(() => registry.putManifest(repository, image.tag, top.mediaType, top.content));
  });
  // What an earlier attempt opened and this one did not need.
  for (const { repository, digest, session } of journal.open()) {
    await registry.abandonUpload(repository, session);
    journal.forget(repository, digest);
  }
  return { blobs: wanted.length, ...count, paused: false };
}
