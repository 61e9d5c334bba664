import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startFaultProxy } from '../../kit/fault-proxy.ts';
import { buildSample } from '../../kit/practice-home.ts';
import { startRegistry } from '../../kit/registry.ts';

const main = fileURLToPath(new URL('../../../electron/cli/main.ts', import.meta.url));

test('images verify asks for blobs; with --content it finds those that are named and gone', async (t) => {
  const registry = await startRegistry();
  if ('skipped' in registry) return t.skip(registry.skipped);
  const proxy = await startFaultProxy(registry.url);
  const home = mkdtempSync(join(tmpdir(), 'sitewright-verify-'));
  t.after(async () => {
    await proxy.stop();
    await registry.stop();
    rmSync(home, { recursive: true, force: true });
  });
  const bundle = await buildSample(home);
  const images = (...words: readonly string[]): Promise<number | null> => {
    const [command, ...rest] = words as [string, ...string[]];
    const child = spawn(
      process.execPath,
      [main, 'images', command, '--bundle', bundle, '--registry', proxy.url, '--plain-http', '--json', ...rest],
      { env: { ...process.env, SITEWRIGHT_HOME: home }, stdio: 'ignore' },
    );
    return new Promise((resolve) => child.on('close', resolve));
  };
  assert.equal(await images('push'), 0);
  assert.equal(await images('verify', '--content'), 0);
  const read = proxy.exchanges.filter(({ method, path }) => method === 'GET' && path.includes('/blobs/sha'));
  assert.ok(read.length > 0 && read.every(({ status }) => status === 200), 'the blobs were read');
  proxy.plant({ kind: 'content-gone', path: /\/blobs\// });
  assert.equal(await images('verify'), 0);
  assert.equal(await images('verify', '--content'), 1);
});
