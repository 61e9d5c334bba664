// `npm run bench -- delta [--write]`: the second release for a site that holds the first: the whole bundle, the images that
// changed, the blobs that changed, patches of them. The last is pushed and read back.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRegistry } from '../kit/registry.ts';
import { setting, writeSection } from './figures.ts';
import { blobsOf, makeWorkload, sitewright } from './images/workload.ts';

const { first, second } = await makeWorkload();
const home = mkdtempSync(join(tmpdir(), 'sitewright-bench-delta-'));
const registry = await startRegistry({ version: '3' });
if ('skipped' in registry) throw new Error(registry.skipped);
const target = `--registry ${registry.url} --plain-http`;

/** Carries out a command; seconds that it took. */
function run(words: string): number {
  const started = performance.now();
  execFileSync('bash', ['-c', `${sitewright} ${words}`], {
    env: { ...process.env, SITEWRIGHT_HOME: join(first.folder, '..', 'data') },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return (performance.now() - started) / 1000;
}

const sizeOf = (folder: string) =>
  readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

try {
  run(`images push --bundle "${first.bundle}" ${target}`);
  const inventory = join(home, 'inventory.json');
  const exported = run(`site inventory export ${target} --bundle "${first.bundle}" --out "${inventory}"`);
  const [blobs, patches] = [join(home, 'by-blob'), join(home, 'by-patch')];
  const delta = (out: string, from = '') =>
    run(`bundle delta --bundle "${second.bundle}" --base "${inventory}" ${from} --out "${out}"`);
  const byBlob = delta(blobs);
  const byPatch = delta(patches, `--from "${first.bundle}"`);
  const pushed = run(`images push --bundle "${patches}" ${target}`);
  run(`images verify --bundle "${second.bundle}" ${target}`);
  const [before, after] = [await blobsOf(first), await blobsOf(second)];
  const known = new Set(before.flatMap((image) => image.map(({ digest }) => digest)));
  const changed = after.filter((image) => image.some(({ digest }) => !known.has(digest))).flat();
  const images = [...new Map(changed.map(({ digest, size }) => [digest, size])).values()].reduce(
    (sum, size) => sum + size,
    0,
  );
  const whole = sizeOf(second.bundle);
  const row = (what: string, bytes: number, seconds?: number) =>
    `| ${what} | ${(bytes / 1e6).toFixed(1)} | ${((bytes / whole) * 100).toFixed(1)} % | ${seconds === undefined ? '' : seconds.toFixed(1)} |`;
  const table = [
    '| the second release | MB | of the whole | s |',
    '|---|---|---|---|',
    row('whole bundle', whole),
    row('images that changed (each names its version)', images),
    row('delta, changed blobs', sizeOf(blobs), byBlob),
    row('delta, patches of changed blobs', sizeOf(patches), byPatch),
    `\nThe inventory of the site took ${exported.toFixed(1)} s; the patched delta was pushed in ${pushed.toFixed(1)} s, every layer made anew, and read back complete.`,
  ].join('\n');
  console.log(table);
  if (process.argv.includes('--write'))
    writeSection('delta', `## Deltas\n\n\`npm run bench -- delta --write\`, ${setting()}.\n\n${table}`);
} finally {
  await registry.stop();
  rmSync(home, { recursive: true, force: true });
}
