import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../../electron/cli/main.ts', import.meta.url));
const recorder = new URL('../../kit/loaded-packages.ts', import.meta.url).href;

test('a command starts without the packages that only others need', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'sitewright-start-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const list = join(folder, 'packages');
  execFileSync(process.execPath, ['--import', recorder, program, '--help'], {
    env: { ...process.env, SITEWRIGHT_LOADED_PACKAGES: list },
  });
  const loaded = (await readFile(list, 'utf8')).split('\n');
  assert.ok(loaded.includes('commander') && loaded.includes('undici'), 'the list is one');
  const later = ['@kubernetes/client-node', '@orpc/interop', 'hdr-histogram-js', 'read-excel-file', 'ssh2', 'ws'];
  assert.deepEqual(
    later.filter((name) => loaded.includes(name)),
    [],
  );
});
