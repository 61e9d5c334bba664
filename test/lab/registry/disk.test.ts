import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { heavySample } from '../../kit/heavy-sample.ts';
import { buildSample } from '../../kit/practice-home.ts';
import { startRegistry } from '../../kit/registry.ts';

const main = fileURLToPath(new URL('../../../electron/cli/main.ts', import.meta.url));
const heavyBytes = 60_000_000;

const filesIn = (folder: string): readonly { readonly name: string; readonly size: number; readonly time: number }[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((name) => {
    const found = statSync(join(folder, name), { throwIfNoEntry: false });
    return found?.isFile() ? [{ name, size: found.size, time: found.mtimeMs }] : [];
  });
const bytesIn = (folder: string) => filesIn(folder).reduce((sum, { size }) => sum + size, 0);

test('a bundle is read where it lies: a push takes next to no disk of its own, and leaves the medium as it was', async (t) => {
  const registry = await startRegistry();
  if ('skipped' in registry) return t.skip(registry.skipped);
  t.after(registry.stop);
  const root = mkdtempSync(join(tmpdir(), 'sitewright-disk-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const sample = await heavySample({ api: heavyBytes });
  const bundle = await buildSample(join(root, 'medium'), sample.folder);
  await sample.remove();
  const medium = filesIn(bundle);
  assert.ok(bytesIn(bundle) > heavyBytes);

  // Everywhere that the program may write to.
  const own = join(root, 'own');
  for (const name of ['home', 'data', 'tmp']) mkdirSync(join(own, name), { recursive: true });
  const at = (name: string) => join(own, name);
  const child = spawn(
    process.execPath,
    [main, 'images', 'push', '--bundle', bundle, '--registry', registry.url, '--plain-http', '--json'],
    { env: { ...process.env, HOME: at('home'), SITEWRIGHT_HOME: at('data'), TMPDIR: at('tmp') }, stdio: 'ignore' },
  );
  let most = 0;
  let looks = 0;
  const look = setInterval(() => {
    most = Math.max(most, bytesIn(own));
    looks += 1;
  }, 10);
  const [code] = (await once(child, 'close')) as [number | null];
  clearInterval(look);
  most = Math.max(most, bytesIn(own));
  assert.equal(code, 0);
  assert.ok(looks > 10, `${looks} looks`);
  assert.ok(most < 100_000, `${most} bytes beside a bundle of ${heavyBytes}`);
  assert.deepEqual(filesIn(bundle), medium);
  t.diagnostic(`${most} bytes at most, ${looks} looks`);
});
