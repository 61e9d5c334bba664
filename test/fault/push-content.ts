import assert from 'node:assert/strict';
import { createCipheriv, createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RegistryClient } from '../../electron/engine/drivers/registry/client.ts';
import { connectRegistry } from '../../electron/engine/drivers/registry/connect.ts';
import { createPushJournal } from '../../electron/engine/images/journal.ts';
import { proveImage } from '../../electron/engine/images/prove.ts';
import type { Json } from '../../electron/engine/plan/step.ts';
import { type TestImages, testImages } from '../unit/images/content.ts';

/** Bytes that are the same in every process, and that no other layer has. */
function noise(name: string, size: number): Buffer {
  const key = createHash('sha256').update(name).digest().subarray(0, 16);
  return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size));
}

/** Four images that share a base, with an index above one of them: the same blobs in every process. */
export function faultImages(layers: number, layerBytes: number): Promise<TestImages> {
  const names = ['api', 'jobs', 'web', 'tools'];
  return testImages(
    names.map((name, at) => ({
      reference: `energy/${name}:4.2.0`,
      index: at === 1,
      layers: {
        ...(at < 3 && { base: layerBytes }),
        ...Object.fromEntries(
          Array.from({ length: Math.ceil((layers - 1) / names.length) }, (_, layer) => [
            `${name}-${layer}`,
            layerBytes,
          ]),
        ),
      },
    })),
    noise,
  );
}

export const uniqueBytes = ({ images }: TestImages): number =>
  [...new Map(images.flatMap(({ blobs }) => blobs.map(({ digest, size }) => [digest, size]))).values()].reduce(
    (sum, size) => sum + size,
    0,
  );

export function connect(url: string, account?: { readonly user: string; readonly password: string }): RegistryClient {
  return connectRegistry({
    endpoint: { url, prefix: 'site', user: account?.user ?? '', credential: 'registry' },
    password: () => account?.password ?? '',
    authorities: [],
  });
}

/** A journal in a file, as durable as a kill of the process asks for. */
export function journalIn(file: string) {
  return createPushJournal({
    load: () => {
      try {
        return JSON.parse(readFileSync(file, 'utf8')) as Json;
      } catch {
        return undefined;
      }
    },
    save: (state) => {
      writeFileSync(`${file}.new`, JSON.stringify(state));
      renameSync(`${file}.new`, file);
    },
  });
}

/** Everything reads back: sizes, manifests, tags, and each layer byte by byte. */
export async function assertComplete(registry: RegistryClient, { images, blobs }: TestImages): Promise<void> {
  for (const image of images) {
    assert.deepEqual((await proveImage(registry, image)).missing, [], image.image.reference);
    for (const { digest } of image.blobs) {
      const hash = createHash('sha256');
      for await (const chunk of await registry.getBlob(registry.repository(image.image.repository), digest))
        hash.update(chunk as Buffer);
      assert.equal(`sha256:${hash.digest('hex')}`, digest);
      assert.ok(blobs.has(digest));
    }
  }
}

/** Uploads that a registry still keeps on its disk. */
export async function openUploads(folder: string): Promise<readonly string[]> {
  const found = await readdir(join(folder, 'data'), { recursive: true });
  return found.filter((path) => /\/_uploads\/[^/]+$/.test(path));
}
