import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { buildImageBundle } from '../../../electron/engine/bundle/build-images.ts';
import { rewriteImages } from '../../../electron/engine/deploy/images.ts';
import { createEngine } from '../../../electron/engine/engine.ts';
import { importIntoNodes } from '../../../electron/engine/images/nodes/nodes.ts';
import { startContainerdNode } from '../../kit/containerd.ts';
import { testSite } from '../../kit/context.ts';
import { orSkipped, unpackDebianPackages } from '../../kit/debian.ts';
import { goProgram } from '../../kit/go.ts';
import { startKubelet } from '../../kit/kubelet.ts';
import { configType, handMadeLayout, layerType, manifestType, tarOf } from '../../kit/oci-layout.ts';
import { installerScripts } from '../../kit/practice-home.ts';

/** A pod as a release writes it, and as it stands on a node of a site without a registry. */
const pod = (name: string, image: string, folder: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default' },
  spec: {
    hostNetwork: true,
    dnsPolicy: 'Default',
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 0,
    imagePullSecrets: [{ name: 'absent' }],
    containers: [{ name, image, volumeMounts: [{ name: 'out', mountPath: '/out' }] }],
    volumes: [{ name: 'out', hostPath: { path: folder } }],
  },
});

/** Programs of one containerd under the names that it looks for. */
async function containerdPrograms(folder: string): Promise<string> {
  mkdirSync(folder);
  for (const name of ['containerd', 'ctr', 'containerd-shim-runc-v2'] as const)
    symlinkSync(await goProgram(name), join(folder, name));
  return folder;
}

test('a real kubelet starts a pod from an image that was imported, and holds it as pinned', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('not root');
  const home = mkdtempSync(join(tmpdir(), 'sitewright-pod-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const parts = await orSkipped(
    async () => ({
      busybox: (await unpackDebianPackages('busybox', ['busybox-static'])).root,
      programs: await containerdPrograms(join(home, 'programs')),
      crictl: await goProgram('crictl'),
      kubelet: await goProgram('kubelet'),
    }),
    'no kubelet',
  );
  if ('skipped' in parts) return t.skip(parts.skipped);
  const node = await startContainerdNode({
    programs: parts.programs,
    sandbox: 'images.sitewright.invalid/pause:3.10',
  });
  if ('skipped' in node) return t.skip(node.skipped);
  const engine = createEngine({ home, scripts: installerScripts, passphrase: () => 'words of a test' });
  const kubelet = await startKubelet(node.socket);
  const cri = (...args: readonly string[]) =>
    execFileSync(parts.crictl, ['--runtime-endpoint', `unix://${node.socket}`, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  try {
    const program = ['bin/busybox', 'usr/bin/busybox'].map((name) => join(parts.busybox, name)).find(existsSync)!;
    const layout = await handMadeLayout(join(home, 'layout'));
    const content = await tarOf({ 'bin/busybox': readFileSync(program) });
    const layer = await layout.put(content, layerType);
    const diff = `sha256:${createHash('sha256').update(content).digest('hex')}`;
    const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
    const name = async (reference: string, script: string) => {
      const Entrypoint = ['/bin/busybox', 'sh', '-c', `${script}; exec /bin/busybox sleep 100000`];
      const rootfs = { type: 'layers', diff_ids: [diff] };
      const config = await layout.put({ architecture, os: 'linux', config: { Entrypoint }, rootfs }, configType);
      const manifest = { schemaVersion: 2, mediaType: manifestType, config, layers: [layer] };
      await layout.name(await layout.put(manifest, manifestType), reference);
    };
    await name('pause:3.10', ':');
    await name('energy/box:1.0.0', 'echo started >/out/said');
    const out = join(home, 'bundle');
    await buildImageBundle({ from: [layout.folder], out, signingKey: generateKeyPairSync('ed25519').privateKey });

    const {
      registry: _,
      kubernetes: __,
      database: ___,
      ...site
    } = testSite({ hosts: [node.host({ name: 'app-01' })] });
    engine.createSite(site);
    engine.openUnlocked(site.name).unlocked().vault.set('ssh', node.sshd.privateKey);
    const [report] = await importIntoNodes(engine, { site: site.name, bundle: [out] });
    assert.equal(report?.complete, true, JSON.stringify(report));
    const { images } = await engine.bundle([out]);

    const folder = join(home, 'out');
    mkdirSync(folder);
    await kubelet.run('box', rewriteImages(pod('box', 'energy/box:1.0.0', folder), images, site));
    const said = join(folder, 'said');
    for (let tries = 0; !existsSync(said) && tries < 600; tries += 1) await wait(100);
    assert.ok(existsSync(said), `${kubelet.log().slice(-6000)}`);
    assert.equal(readFileSync(said, 'utf8'), 'started\n');

    type Image = { readonly repoTags: string[]; readonly repoDigests: string[]; readonly pinned: boolean };
    const known = (JSON.parse(cri('images', '-o', 'json')) as { images: Image[] }).images;
    assert.deepEqual(known.map(({ repoTags, pinned }) => [...repoTags, pinned]).sort(), [
      ['images.sitewright.invalid/energy/box:1.0.0', true],
      ['images.sitewright.invalid/pause:3.10', true],
    ]);

    // What is not on the node is asked of nobody, and says so.
    const absent = {
      ...images.find(({ repository }) => repository === 'energy/box')!,
      digest: `sha256:${'0'.repeat(64)}`,
    };
    await kubelet.run('absent', rewriteImages(pod('absent', 'energy/box:1.0.0', folder), [absent], site));
    for (let tries = 0; !kubelet.log().includes('ErrImageNeverPull') && tries < 300; tries += 1) await wait(100);
    assert.match(kubelet.log(), /ErrImageNeverPull/);
    assert.doesNotMatch(kubelet.log(), /PullImage from image service failed/);
  } finally {
    await engine.close();
    await kubelet.stop();
    try {
      for (const id of cri('pods', '-q').split('\n').filter(Boolean)) cri('rmp', '-f', id);
    } finally {
      await node.stop();
      kubelet.clean();
    }
  }
});
