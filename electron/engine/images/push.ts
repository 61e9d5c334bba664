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

/** Tries of one blob when the line breaks, with a growing pause between them. */
const tries = 4;

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
}): Promise<PushResult> {
  const { registry, signal } = options;
  const missing: ImageContent[] = [];
  for (const content of options.images) {
    const head = await registry.headManifest(registry.repository(content.image.repository), content.image.tag);
    if (head?.digest !== content.image.digest) missing.push(content);
  }
  const wanted = wantedBlobs(missing, registry);
  const total = wanted.reduce((sum, { blob }) => sum + blob.size, 0);
  const count = { uploaded: 0, mounted: 0, present: 0, bytesSent: 0 };
  let settled = 0;

  const place = async ({ blob, repositories }: Wanted): Promise<void> => {
    const [first, ...others] = repositories as [string, ...string[]];
    if ((await registry.headBlob(first, blob.digest)) === blob.size) count.present += 1;
    else await upload(first, blob);
    settled += blob.size;
    options.progress(settled, total);
    for (const repository of others) {
      if ((await registry.headBlob(repository, blob.digest)) === blob.size) continue;
      if (await registry.mountBlob(repository, blob.digest, first)) count.mounted += 1;
      else await upload(repository, blob);
    }
  };

  const upload = async (repository: string, blob: Descriptor): Promise<void> => {
    for (let attempt = 1; ; attempt += 1) {
      let sent = 0;
      try {
        await registry.putBlob(
          repository,
          { digest: blob.digest, size: blob.size, open: () => options.bundle.open(blob.digest, { signal }) },
          {
            signal,
            sent: (bytes) => {
              sent += bytes;
              count.bytesSent += bytes;
              options.progress(settled + Math.min(sent, blob.size), total);
            },
          },
        );
        count.uploaded += 1;
        return;
      } catch (error) {
        const again = error instanceof SitewrightError && (error.code === 'registry-unreachable' || error.code === 'registry-response');
        if (!again || attempt >= tries || signal.aborted) throw error;
        await pause(250 * 2 ** attempt * (0.5 + Math.random()), signal);
      }
    }
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
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  const results = await Promise.allSettled(Array.from({ length: Math.min(streams, items.length) }, worker));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => (clearTimeout(timer), reject(signal.reason)), { once: true });
  });
}
