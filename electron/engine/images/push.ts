import { setTimeout as pause } from 'node:timers/promises';
import { SitewrightError } from '../../contract/errors.ts';
import type { Bundle } from '../bundle/bundle.ts';
import type { RegistryClient } from '../drivers/registry/client.ts';
import type { Descriptor, ImageContent } from './content.ts';

/** What one push did: each unique blob crosses the wire once per registry. */
export type PushResult = {
  readonly blobs: number;
  readonly uploaded: number;
  readonly mounted: number;
  readonly present: number;
  readonly bytesSent: number;
};

/** A blob and every repository that needs it. */
type Wanted = { readonly blob: Descriptor; readonly repositories: readonly string[] };

/** Tries of one exchange when the line breaks or the registry stumbles, with a growing pause between them. */
const tries = 4;

/** Answers after which the same may well succeed. */
const passing = [408, 429, 500, 502, 503, 504];

/**
 * One plan over all images: blobs first, each once, mounted into further repositories; then manifests by digest, children
 * before parents; tags last, so that a tag never points to something incomplete. Unchanged tags cost one request each.
 */
export async function pushImages(options: {
  readonly bundle: Bundle;
  readonly registry: RegistryClient;
  readonly images: readonly ImageContent[];
  readonly signal: AbortSignal;
  readonly progress: (sent: number, total: number) => void;
  readonly streams?: number;
  /** Pause before the second try of an exchange, ms; it doubles with each further one. */
  readonly pauseMs?: number;
}): Promise<PushResult> {
  const { signal } = options;
  const registry = persistent(options.registry, signal, options.pauseMs ?? 500);
  const missing: ImageContent[] = [];
  for (const content of options.images) {
    const head = await registry.headManifest(registry.repository(content.image.repository), content.image.tag);
    if (head?.digest !== content.image.digest) missing.push(content);
  }
  const wanted = wantedBlobs(missing, registry);
  const total = wanted.reduce((sum, { blob }) => sum + blob.size, 0);
  const count = { uploaded: 0, mounted: 0, present: 0, bytesSent: 0 };
  const sent = new Map<string, number>();
  let shown = 0;
  /** Bytes of all streams together; what a second try sends again does not take back what was shown. */
  const tell = (digest: string, bytes: number) => {
    sent.set(digest, bytes);
    shown = Math.max(
      shown,
      [...sent.values()].reduce((sum, part) => sum + part, 0),
    );
    options.progress(shown, total);
  };

  const place = async ({ blob, repositories }: Wanted): Promise<void> => {
    const [first, ...others] = repositories as [string, ...string[]];
    if ((await registry.headBlob(first, blob.digest)) === blob.size) count.present += 1;
    else await upload(first, blob);
    tell(blob.digest, blob.size);
    for (const repository of others) {
      if ((await registry.headBlob(repository, blob.digest)) === blob.size) continue;
      if (await registry.mountBlob(repository, blob.digest, first)) count.mounted += 1;
      else await upload(repository, blob);
    }
  };

  const upload = async (repository: string, blob: Descriptor): Promise<void> => {
    let bytes = 0;
    const open = () => {
      bytes = 0;
      return options.bundle.open(blob.digest, { signal });
    };
    await registry.putBlob(
      repository,
      { digest: blob.digest, size: blob.size, open },
      {
        signal,
        sent: (more) => {
          bytes += more;
          count.bytesSent += more;
          tell(blob.digest, Math.max(sent.get(blob.digest) ?? 0, Math.min(bytes, blob.size)));
        },
      },
    );
    count.uploaded += 1;
  };

  await inParallel(wanted, options.streams ?? 4, place);
  for (const content of missing) {
    const repository = registry.repository(content.image.repository);
    for (const manifest of content.manifests) {
      signal.throwIfAborted();
      await registry.putManifest(repository, manifest.digest, manifest.mediaType, manifest.content);
    }
  }
  for (const { image, manifests } of missing) {
    const top = manifests.at(-1)!;
    await registry.putManifest(registry.repository(image.repository), image.tag, top.mediaType, top.content);
  }
  return { blobs: wanted.length, ...count };
}

/** Where content stands in a registry, read back: every blob by size, every manifest and tag by digest. */
export type ImageProof = { readonly complete: boolean; readonly missing: readonly string[]; readonly checked: number };

export async function proveImage(registry: RegistryClient, content: ImageContent): Promise<ImageProof> {
  const repository = registry.repository(content.image.repository);
  const missing: string[] = [];
  for (const blob of content.blobs) {
    if ((await registry.headBlob(repository, blob.digest)) !== blob.size) missing.push(blob.digest);
  }
  for (const manifest of content.manifests) {
    const found = await registry.getManifest(repository, manifest.digest);
    if (found === undefined || !found.content.equals(manifest.content)) missing.push(manifest.digest);
  }
  const tag = await registry.headManifest(repository, content.image.tag);
  if (tag?.digest !== content.image.digest) missing.push(`${repository}:${content.image.tag}`);
  return { complete: missing.length === 0, missing, checked: content.blobs.length + content.manifests.length + 1 };
}

function wantedBlobs(images: readonly ImageContent[], registry: RegistryClient): readonly Wanted[] {
  const wanted = new Map<string, { blob: Descriptor; repositories: string[] }>();
  for (const content of images) {
    const repository = registry.repository(content.image.repository);
    for (const blob of content.blobs) {
      const entry = wanted.get(blob.digest) ?? { blob, repositories: [] };
      if (!entry.repositories.includes(repository)) entry.repositories.push(repository);
      wanted.set(blob.digest, entry);
    }
  }
  return [...wanted.values()].sort((a, b) => b.blob.size - a.blob.size);
}

async function inParallel<T>(items: readonly T[], streams: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      try {
        await work(item);
      } catch (error) {
        // What is under way may end; nothing new is begun.
        queue.length = 0;
        throw error;
      }
    }
  };
  const results = await Promise.allSettled(Array.from({ length: Math.min(streams, items.length) }, worker));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

/** The same registry, each exchange of a push tried again where that may help. All of them are idempotent. */
function persistent(registry: RegistryClient, signal: AbortSignal, pauseMs: number): RegistryClient {
  const again =
    <A extends readonly unknown[], R>(exchange: (...call: A) => Promise<R>) =>
    async (...call: A): Promise<R> => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          signal.throwIfAborted();
          return await exchange(...call);
        } catch (error) {
          if (!mayPass(error) || attempt >= tries || signal.aborted) throw error;
          await pause(pauseMs * 2 ** (attempt - 1) * (0.5 + Math.random()), undefined, { signal });
        }
      }
    };
  return {
    ...registry,
    headBlob: again(registry.headBlob),
    headManifest: again(registry.headManifest),
    mountBlob: again(registry.mountBlob),
    putBlob: again(registry.putBlob),
    putManifest: again(registry.putManifest),
  };
}

function mayPass(error: unknown): boolean {
  if (!(error instanceof SitewrightError)) return false;
  return error.code === 'registry-unreachable' || passing.includes(Number(error.params.status));
}
