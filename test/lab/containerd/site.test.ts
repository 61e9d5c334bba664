import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildImageBundle } from '../../../electron/engine/bundle/build-images.ts';
import type { ReleaseBundle } from '../../../electron/engine/bundle/bundle.ts';
import type { Release } from '../../../electron/engine/bundle/release.ts';
import { connectHost } from '../../../electron/engine/drivers/ssh/connect.ts';
import { scriptFolder } from '../../../electron/engine/drivers/ssh/scripts.ts';
import { createEngine } from '../../../electron/engine/engine.ts';
import { importIntoNodes } from '../../../electron/engine/images/nodes/nodes.ts';
import type { NodeInput } from '../../../electron/engine/stages/images/model.ts';
import { nodeProof, node as nodeStep } from '../../../electron/engine/stages/images/node-steps.ts';
import { imagesStage } from '../../../electron/engine/stages/images/stage.ts';
import { startContainerdNode } from '../../kit/containerd.ts';
import { testContext, testSite } from '../../kit/context.ts';
import { type LayoutImage, writeImageLayout } from '../../kit/image-layout.ts';
import { installerScripts } from '../../kit/practice-home.ts';

const nameOf = ({ reference }: LayoutImage): string => `images.sitewright.invalid/${reference}`;
const digestName = ({ reference, digest }: LayoutImage): string =>
  `images.sitewright.invalid/${reference.split(':')[0]}@${digest}`;

test('a site without a registry has the images of a signed bundle in its nodes; a node that is away does not stop the others', async (t) => {
  const node = await startContainerdNode();
  if ('skipped' in node) return t.skip(node.skipped);
  const home = mkdtempSync(join(tmpdir(), 'sitewright-site-'));
  const engine = createEngine({ home, scripts: installerScripts, passphrase: () => 'words of a test' });
  try {
    const layout = await writeImageLayout(join(home, 'layout'), { scale: 0.002 });
    const out = join(home, 'bundle');
    await buildImageBundle({ from: [layout.folder], out, signingKey: generateKeyPairSync('ed25519').privateKey });
    const hosts = [
      node.host({ name: 'app-01' }),
      node.host({ name: 'app-02', port: 1 }),
      node.host({ name: 'data-01', roles: ['database'] }),
    ];
    const { registry: _, kubernetes: __, database: ___, ...bare } = testSite({ hosts });
    engine.createSite(bare);
    engine.openUnlocked(bare.name).unlocked().vault.set('ssh', node.sshd.privateKey);
    const request = { site: bare.name, bundle: [out] };

    const reports = await importIntoNodes(engine, request);
    assert.deepEqual(
      reports.map(({ host, complete, error }) => [host, complete, error?.code]),
      [
        ['app-01', true, undefined],
        ['app-02', false, 'ssh-unreachable'],
      ],
    );
    assert.match(node.ctr('images', 'check'), /images\.sitewright\.invalid\/energy\/image-12:1\.0\.0 .*complete/);
    const [again] = await importIntoNodes(engine, { ...request, hosts: ['app-01'] });
    assert.deepEqual([again?.complete, again?.bytesSent], [true, 0]);

    const release = { images: (await engine.bundle([out])).images } as unknown as Release;
    const steps = imagesStage.plan({ site: bare, release });
    assert.deepEqual(
      steps.map(({ id, needs }) => [id, needs]),
      [
        ['images/node/app-01', []],
        ['images/node-proof/app-01', ['images/node/app-01']],
        ['images/node/app-02', []],
        ['images/node-proof/app-02', ['images/node/app-02']],
      ],
    );

    // The same on a node that lost an image: found, brought back, proved.
    const [bring, prove] = steps;
    const remote = await connectHost({
      host: hosts[0]!,
      secret: node.sshd.privateKey,
      trust: engine.open(bare.name).store.hostKeys,
      scripts: scriptFolder(installerScripts),
    });
    const { context, recorded } = testContext({
      site: bare,
      release,
      bundle: (await engine.bundle([out])) as unknown as ReleaseBundle,
      drivers: { ssh: async () => remote },
      stage: 'images',
    });
    assert.equal((await nodeStep.inspect!(context, bring!.input as NodeInput)).satisfied, true);
    node.ctr(
      'images',
      'rm',
      '--sync',
      ...layout.images.slice(0, 1).map(nameOf),
      ...layout.images.slice(0, 1).map(digestName),
    );
    assert.equal((await nodeStep.inspect!(context, bring!.input as NodeInput)).satisfied, false);
    await assert.rejects(nodeProof.verify!(context, prove!.input as NodeInput));
    assert.equal(recorded.findings.at(-1)?.status, 'failed');
    await nodeStep.apply!(context, bring!.input as NodeInput);
    await nodeProof.verify!(context, prove!.input as NodeInput);
    assert.deepEqual(
      recorded.findings.map(({ check, subject, status }) => [check, subject, status]),
      [['image.node', 'app-01', 'passed']],
    );
    assert.match(String(recorded.evidence.at(-1)?.content), /"unpacked": true/);
    remote.close();
  } finally {
    await engine.close();
    await node.stop();
    rmSync(home, { recursive: true, force: true });
  }
});
