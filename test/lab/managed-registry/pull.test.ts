import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { siteRepository } from '../../../electron/engine/deploy/images.ts';
import { certificatesStage } from '../../../electron/engine/stages/certificates/stage.ts';
import { imagesStage } from '../../../electron/engine/stages/images/stage.ts';
import { startContainerdNode } from '../../kit/containerd.ts';
import { orSkipped } from '../../kit/debian.ts';
import { goProgram } from '../../kit/go.ts';
import { addRegistry } from '../../kit/registry-release.ts';
import { copySample } from '../../unit/bundle/sample-copy.ts';
import { bundleOf, startRegistryLab } from './host.ts';

test('a real containerd pulls from the registry of the bundle with the trust and the account that the walk made', async (t) => {
  const program = await orSkipped(() => goProgram('registry'), 'no registry');
  if (typeof program !== 'string') return t.skip(program.skipped);
  const node = await startContainerdNode();
  if ('skipped' in node) return t.skip(node.skipped);
  const sample = await copySample();
  await addRegistry(sample.folder);
  const bundle = await bundleOf(sample.folder, join(sample.root, 'bundle'));
  const lab = await startRegistryLab(bundle, {}, ['registry', 'worker']);
  const trust = mkdtempSync(join(tmpdir(), 'sitewright-trust-'));
  try {
    if ('skipped' in lab) return t.skip(lab.skipped);
    const walk = lab.walk();
    await walk.stage(certificatesStage);
    await walk.stage(imagesStage);

    // The node's containerd sees other folders than the host of the test: what was written there is brought here.
    const { host } = new URL(lab.site.registry!.url);
    const written = `/etc/containerd/certs.d/${host}`;
    const folder = join(trust, host);
    mkdirSync(folder);
    writeFileSync(join(folder, 'ca.crt'), await lab.run(`cat ${written}/ca.crt`));
    writeFileSync(join(folder, 'hosts.toml'), (await lab.run(`cat ${written}/hosts.toml`)).replaceAll(written, folder));
    const image = bundle.images[0]!;
    const reference = `${siteRepository(image.repository, lab.site)}@${image.digest}`;
    const pull = (password: string) =>
      node.ctr('images', 'pull', '--hosts-dir', trust, '--user', `pusher:${password}`, reference);

    assert.throws(() => pull('another'), /401|authorization|unauthorized/i);
    pull(walk.context.vault.get('registry'));
    const listed = node
      .ctr('images', 'ls')
      .split('\n')
      .find((line) => line.startsWith(reference));
    assert.match(String(listed), new RegExp(image.digest));
    assert.match(node.ctr('images', 'check'), /complete/);
  } finally {
    if (!('skipped' in lab)) await lab.stop();
    await node.stop();
    await bundle.close();
    await sample.remove();
    rmSync(trust, { recursive: true, force: true });
  }
});
