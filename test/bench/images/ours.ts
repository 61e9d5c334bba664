// One push by the engine in a process of its own: node ours.ts <layout> <url> <authority>. Prints what it took inside.
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bundle } from '../../../electron/engine/bundle/bundle.ts';
import { connectRegistry } from '../../../electron/engine/drivers/registry/connect.ts';
import { readImage } from '../../../electron/engine/images/content.ts';
import { pushImages } from '../../../electron/engine/images/push.ts';

const [folder, url, authority] = process.argv.slice(2) as [string, string, string];
const blob = (digest: string) => join(folder, 'blobs', digest.replace(':', '/'));
const bundle = {
  size: (digest: string) => statSync(blob(digest), { throwIfNoEntry: false })?.size,
  read: (digest: string) => readFile(blob(digest)),
  open: (digest: string, { offset = 0 } = {}) =>
    createReadStream(blob(digest), { start: offset, highWaterMark: 1024 * 1024 }),
  close: async () => undefined,
} as unknown as Bundle;
const names = JSON.parse(readFileSync(join(folder, 'images.json'), 'utf8')) as { name: string; repository: string }[];
const index = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as {
  manifests: { digest: string; mediaType: string; size: number }[];
};
const registry = connectRegistry({
  endpoint: { url, prefix: '', user: '', credential: 'registry' },
  password: () => '',
  authorities: authority === '' ? [] : [readFileSync(authority, 'utf8')],
});
const images = await Promise.all(
  names.map(({ repository }, at) =>
    readImage(bundle, { ...index.manifests[at]!, reference: `${repository}:4.2.0`, repository, tag: '4.2.0' }),
  ),
);
const push = async () => {
  const started = performance.now();
  const result = await pushImages({
    bundle,
    registry,
    images,
    signal: AbortSignal.timeout(600_000),
    progress: () => undefined,
  });
  return { seconds: (performance.now() - started) / 1000, ...result };
};
const first = await push();
const again = await push();
console.log(JSON.stringify({ first, again }));
await registry.close();
