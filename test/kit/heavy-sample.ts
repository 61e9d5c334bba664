import { createCipheriv } from 'node:crypto';
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/**
 * A copy of the sample release whose images are so many bytes larger, by the names of their folders (`api`, `jobs`): for a push
 * that one can watch. The bytes do not compress, and are the same each time.
 */
export async function heavySample(
  more: Readonly<Record<string, number>>,
): Promise<{ readonly folder: string; readonly remove: () => Promise<void> }> {
  const root = await mkdtemp(join(tmpdir(), 'sitewright-heavy-'));
  const folder = join(root, 'energy');
  await cp(join(repository, 'bundles', 'energy'), folder, { recursive: true });
  // The packages that the images take are found by walking up, as Node does.
  await symlink(join(repository, 'node_modules'), join(root, 'node_modules'), 'junction');
  for (const [image, bytes] of Object.entries(more)) {
    const noise = createCipheriv('aes-128-ctr', Buffer.from(image.padEnd(16)), Buffer.alloc(16));
    await writeFile(join(folder, 'images', image, 'ballast.bin'), noise.update(Buffer.alloc(bytes)));
  }
  return { folder, remove: () => rm(root, { recursive: true, force: true }) };
}
