import assert from 'node:assert/strict';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { type Header, pack } from 'tar-stream';
import { parseReference } from '../../../electron/practice/cluster/kubelet/image/reference.ts';
import { unpackLayer } from '../../../electron/practice/cluster/kubelet/image/unpack.ts';
import { openObjectLog } from '../../../electron/practice/cluster/store/log.ts';
import { sealingWithKeyFile } from '../../../electron/practice/cluster/store/sealing.ts';
import { openStore } from '../../../electron/practice/cluster/store/store.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unpack-'));
  await mkdir(join(folder, 'root'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function layer(entries: readonly (Partial<Header> & { name: string; text?: string })[]): Promise<void> {
  const archive = pack();
  for (const { text = '', ...header } of entries) archive.entry(header, text);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  await writeFile(join(folder, 'layer'), Buffer.concat(chunks));
  await unpackLayer(join(folder, 'layer'), false, undefined, join(folder, 'root'));
}

test('layers lie over each other; whiteouts take away', async () => {
  await layer([
    { name: 'app/', type: 'directory' },
    { name: 'app/a', text: 'a' },
    { name: 'app/b', text: 'b' },
    { name: 'lib/old', text: 'old' },
  ]);
  await layer([
    { name: 'app/.wh.a' },
    { name: 'app/b', text: 'new' },
    { name: 'lib/new', text: 'new' },
    { name: 'lib/.wh..wh..opq' },
  ]);
  assert.deepEqual(await readdir(join(folder, 'root', 'app')), ['b']);
  assert.deepEqual(await readdir(join(folder, 'root', 'lib')), ['new']);
  assert.equal(await readFile(join(folder, 'root', 'app', 'b'), 'utf8'), 'new');
});

test('nothing leaves the root: neither by name nor through links', async () => {
  await assert.rejects(layer([{ name: '../evil', text: 'x' }]), /leaves the image's root/);
  await assert.rejects(layer([{ name: 'a/../../evil', text: 'x' }]), /leaves the image's root/);
  await writeFile(join(folder, 'outside'), 'untouched');
  // A link upwards ends at the root, as it does in a container.
  await layer([
    { name: 'up', type: 'symlink', linkname: '../../..' },
    { name: 'up/evil', text: 'x' },
  ]);
  assert.equal(await readFile(join(folder, 'root', 'evil'), 'utf8'), 'x');
  await layer([
    { name: 'etc/', type: 'directory' },
    { name: 'abs', type: 'symlink', linkname: '/' },
    { name: 'abs/inside', text: 'x' },
    { name: 'deep/er/link', type: 'symlink', linkname: '../../etc' },
    { name: 'deep/er/link/file', text: 'y' },
  ]);
  assert.equal(await readFile(join(folder, 'root', 'etc', 'file'), 'utf8'), 'y');
  assert.deepEqual((await readdir(folder)).sort(), ['layer', 'outside', 'root']);
  assert.equal(await readFile(join(folder, 'outside'), 'utf8'), 'untouched');
});

test('references', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  assert.deepEqual(parseReference(`127.0.0.1:5000/p/energy/api:1@${digest}`), {
    host: '127.0.0.1:5000',
    repository: 'p/energy/api',
    tag: '1',
    digest,
  });
  assert.deepEqual(parseReference('registry.site/api'), { host: 'registry.site', repository: 'api', tag: 'latest' });
  assert.equal(parseReference('UPPER/api'), undefined);
});

test('a log whose last line was cut loses only that line', async () => {
  const sealing = sealingWithKeyFile(join(folder, 'key'));
  const file = join(folder, 'objects.log');
  const log = openObjectLog(file, sealing);
  const store = openStore(log);
  store.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kept', namespace: 'a' } });
  const gone = store.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'gone', namespace: 'a' } });
  store.remove(gone);
  log.close();
  await appendFile(file, '{"version":9,"key":"ConfigMap/a/cut","obj');
  const again = openStore(openObjectLog(file, sealing));
  assert.deepEqual(
    again.list('ConfigMap').map((object) => object.metadata.name),
    ['kept'],
  );
  assert.equal(again.version(), 3);
});
