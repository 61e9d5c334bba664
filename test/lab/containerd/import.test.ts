import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ErrorCode } from '../../../electron/contract/errors.ts';
import { SitewrightError } from '../../../electron/contract/errors.ts';
import { type ConnectedHost, connectHost } from '../../../electron/engine/drivers/ssh/connect.ts';
import { scriptFolder } from '../../../electron/engine/drivers/ssh/scripts.ts';
import { importImages } from '../../../electron/engine/images/nodes/import.ts';
import { planNodeImport } from '../../../electron/engine/images/nodes/plan.ts';
import { nodeNames } from '../../../electron/engine/images/nodes/references.ts';
import { imageForNode } from '../../../electron/engine/images/nodes/select.ts';
import { nodeScript, readNodeState } from '../../../electron/engine/images/nodes/state.ts';
import { type ContainerdNode, startContainerdNode } from '../../kit/containerd.ts';
import { writeImageLayout } from '../../kit/image-layout.ts';
import { type LayoutBundle, openLayoutBundle } from '../../kit/layout-bundle.ts';

const scripts = scriptFolder(fileURLToPath(new URL('../../../installer-scripts', import.meta.url)));

let home: string;
let first: LayoutBundle;
let second: LayoutBundle;
before(async () => {
  home = mkdtempSync(join(tmpdir(), 'sitewright-nodes-'));
  const open = async (release: 1 | 2) =>
    openLayoutBundle((await writeImageLayout(join(home, `release-${release}`), { release, scale: 0.01 })).folder);
  [first, second] = await Promise.all([open(1), open(2)]);
});
after(() => rmSync(home, { recursive: true, force: true }));

async function withNode(
  test: TestContext,
  options: Parameters<typeof startContainerdNode>[0],
  work: (node: ContainerdNode, connect: () => Promise<ConnectedHost>) => Promise<void>,
): Promise<void> {
  const node = await startContainerdNode(options);
  if ('skipped' in node) return test.skip(node.skipped);
  const connected: ConnectedHost[] = [];
  const pins = new Map<string, string>();
  const trust = { pinned: (at: string) => pins.get(at), pin: (at: string, key: string) => void pins.set(at, key) };
  const connect = async () => {
    const remote = await connectHost({ host: node.host(), secret: node.sshd.privateKey, trust, scripts });
    connected.push(remote);
    return remote;
  };
  try {
    await work(node, connect);
  } finally {
    for (const remote of connected) remote.close();
    await node.stop();
  }
}

/** Brings a release into a node as the engine does; says what was planned and sent. */
async function bring(
  remote: ConnectedHost,
  node: ContainerdNode,
  { bundle, images }: LayoutBundle,
  options: { readonly signal?: AbortSignal; readonly progress?: (sent: number, total: number) => void } = {},
) {
  const state = await readNodeState(remote, node.socket);
  const selected = await Promise.all(
    images.map((image) => imageForNode(bundle, image, nodeNames(image, {}), state.architecture)),
  );
  const plan = planNodeImport(selected, state);
  const { signal = new AbortController().signal, progress = () => undefined } = options;
  const result = await importImages({ remote, state, bundle, plan, signal, progress });
  const left = planNodeImport(selected, await readNodeState(remote, node.socket));
  return { plan, result, left, selected };
}

function fails(code: ErrorCode): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof SitewrightError, String(error));
    assert.equal(error.code, code, error.detail);
    return true;
  };
}

describe('images into the containerd of a node', () => {
  test('a release comes whole; the next one brings only what changed; a third time nothing moves', async (t) => {
    await withNode(t, {}, async (node, connect) => {
      const remote = await connect();
      const one = await bring(remote, node, first);
      assert.equal(one.plan.images.length, first.images.length);
      assert.equal(one.plan.present, 0);
      assert.deepEqual(one.left.images, []);
      const image = first.images[0]!;
      // The words of containerd itself, not of the code under test.
      const listed = node.ctr('images', 'ls');
      for (const name of [`energy/image-01@${image.digest}`, 'energy/image-01:1.0.0']) {
        const line = listed.split('\n').find((row) => row.startsWith(`images.sitewright.invalid/${name} `)) ?? '';
        assert.match(line, new RegExp(image.digest));
        assert.match(line, /io\.cri-containerd\.image=managed/);
        assert.match(line, /io\.cri-containerd\.pinned=pinned/);
      }
      assert.doesNotMatch(node.ctr('images', 'check'), /incomplete|unavailable|false/);

      const two = await bring(remote, node, second);
      assert.deepEqual(two.left.images, []);
      assert.ok(two.plan.present > 0 && two.result.bytesSent < one.result.bytesSent * 0.6, JSON.stringify(two.result));
      const three = await bring(remote, node, second);
      assert.deepEqual(three.plan.images, []);
      // The release before it is still there for the way back.
      assert.match(node.ctr('images', 'check'), /image-01:1\.0\.0 .*complete/);
      // A label that somebody took away is set again, by a tar without a blob.
      node.ctr('images', 'label', 'images.sitewright.invalid/energy/image-02:2.0.0', 'io.cri-containerd.pinned=');
      const four = await bring(remote, node, second);
      assert.equal(four.plan.images.length, 1);
      assert.ok(four.result.bytesSent < 10_000);
      assert.deepEqual(four.left.images, []);
    });
  });

  test('an import that is cut keeps what arrived, and the next one sends the rest', async (t) => {
    await withNode(t, {}, async (node, connect) => {
      const remote = await connect();
      const cut = new AbortController();
      let arrived = 0;
      await assert.rejects(
        bring(remote, node, first, {
          signal: cut.signal,
          progress: (sent, total) => {
            arrived = sent;
            if (sent > total * 0.6) cut.abort();
          },
        }),
        fails('cancelled'),
      );
      const again = await connect();
      await settled(again, node);
      const rest = await bring(again, node, first);
      const largest = Math.max(...rest.selected.flatMap((image) => image.blobs.map(({ size }) => size)));
      const whole = rest.plan.bytes + rest.plan.present;
      assert.deepEqual(rest.left.images, []);
      assert.ok(rest.plan.present > 0, 'nothing of the first attempt was kept');
      // A blob that was on its way goes again, and what stood in the buffers of the line.
      assert.ok(
        arrived + rest.plan.bytes <= whole + largest + 4 * 1024 * 1024,
        `${arrived} + ${rest.plan.bytes} of ${whole}`,
      );
    });
  });

  test('an import that a vanished laptop left open is ended by the next one', async (t) => {
    await withNode(t, {}, async (node, connect) => {
      const silent = await connect();
      const halt = new AbortController();
      const state = await readNodeState(silent, node.socket);
      const hanging = silent
        .script(nodeScript, ['import', node.socket, 'k8s.io', state.snapshotter, '100000'], {
          // Begins and never goes on, as a line that went dead.
          stdin: (async function* () {
            yield Buffer.alloc(10);
            await wait(60_000, undefined, { signal: halt.signal }).catch(() => undefined);
          })(),
        })
        .catch((error: unknown) => error);
      await wait(500);
      const { left } = await bring(await connect(), node, first);
      assert.deepEqual(left.images, []);
      const end = await hanging;
      assert.ok(end instanceof SitewrightError || (end as { code: number }).code !== 0);
      halt.abort();
    });
  });

  test('of an index only the content for the node is sent; a node that nothing was built for is refused', async (t) => {
    const folder = join(home, 'index');
    await writeImageLayout(folder, { scale: 0.002 });
    const { image, other } = await makeIndex(folder);
    const layout = await openLayoutBundle(folder);
    await withNode(t, {}, async (node, connect) => {
      const remote = await connect();
      const { plan, left } = await bring(remote, node, { ...layout, images: [image] });
      assert.deepEqual(left.images, []);
      assert.ok(!plan.blobs.some(({ digest }) => digest === other));
      assert.match(node.ctr('images', 'check'), /energy\/both:1.*complete/);
      assert.doesNotMatch(node.ctr('content', 'ls', '-q'), new RegExp(other));
    });
    await assert.rejects(imageForNode(layout.bundle, image, [], 'riscv64'), fails('image-platform-missing'));
    await assert.rejects(imageForNode(layout.bundle, first.images[0]!, [], 'arm64'), fails('bundle-image-missing'));
  });

  test('a full disk, a damaged blob and a containerd that is down are told apart', async (t) => {
    await withNode(t, { disk: '9m' }, async (node, connect) => {
      const remote = await connect();
      await assert.rejects(bring(remote, node, first), fails('host-disk-full'));
      await assert.rejects(
        importImages({
          remote,
          // Not known how much is free: containerd itself runs out of it.
          state: { ...(await readNodeState(remote, node.socket)), free: undefined },
          bundle: first.bundle,
          plan: planNodeImport(
            await Promise.all(
              first.images.map((image) => imageForNode(first.bundle, image, nodeNames(image, {}), 'amd64')),
            ),
            await readNodeState(remote, node.socket),
          ),
          signal: new AbortController().signal,
          progress: () => undefined,
        }),
        fails('host-disk-full'),
      );
      const small = join(home, 'damaged');
      await writeImageLayout(small, { scale: 0.001 });
      const damaged = await openLayoutBundle(small);
      const [layer] = (await imageForNode(damaged.bundle, damaged.images[0]!, [], 'amd64')).blobs;
      const file = join(small, 'blobs', layer!.digest.replace(':', '/'));
      const content = await readFile(file);
      content[content.length >> 1]! ^= 1;
      await writeFile(file, content);
      await assert.rejects(bring(remote, node, damaged), (error: Error) => /is damaged/.test(String(error.cause)));
      assert.doesNotMatch(node.ctr('images', 'ls'), /image-01/);
      await assert.rejects(readNodeState(remote, `${node.socket}.none`), fails('containerd-unavailable'));
    });
  });
});

/** Waits until a cut import has ended on the node. */
async function settled(remote: ConnectedHost, node: ContainerdNode): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const { stdout } = await remote.exec(
      `ps ax -o args | grep -c '[i]mages import.*${node.socket}\\|[c]tr.*${node.socket}.*import'`,
    );
    if (stdout.trim() === '0') return;
    await wait(50);
  }
}

/** Adds an index over an amd64 manifest of the layout and an arm64 one whose layer stands there too. */
async function makeIndex(folder: string) {
  const { manifests } = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8'));
  const keep = async (mediaType: string, value: object | Buffer) => {
    const content = Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value));
    const hash = createHash('sha256').update(content).digest('hex');
    await writeFile(join(folder, 'blobs', 'sha256', hash), content);
    return { mediaType, digest: `sha256:${hash}`, size: content.length };
  };
  const type = (kind: string) => `application/vnd.oci.image.${kind}`;
  const layer = await keep(type('layer.v1.tar'), Buffer.alloc(10_240, 7));
  const config = await keep(type('config.v1+json'), {
    architecture: 'arm64',
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: [] },
  });
  const arm = await keep(type('manifest.v1+json'), {
    schemaVersion: 2,
    mediaType: type('manifest.v1+json'),
    config,
    layers: [layer],
  });
  const { annotations: _, ...amd } = manifests[0];
  const index = await keep(type('index.v1+json'), {
    schemaVersion: 2,
    mediaType: type('index.v1+json'),
    manifests: [
      { ...amd, platform: { os: 'linux', architecture: 'amd64' } },
      { ...arm, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
    ],
  });
  return { image: { ...index, reference: 'energy/both:1', repository: 'energy/both', tag: '1' }, other: layer.digest };
}
