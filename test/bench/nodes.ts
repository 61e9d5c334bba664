// `npm run bench -- nodes [rounds] [scale]`: the second release into a node's real containerd. Ours is the sparse import over SSH;
// beside it the whole tar of that release by `ctr images import`, from a file on the node, as the field does it. Medians; the
// times of all parts: asking, sending, unpacking, pinning, proving.
import { execFileSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { connectHost } from '../../electron/engine/drivers/ssh/connect.ts';
import { scriptFolder } from '../../electron/engine/drivers/ssh/scripts.ts';
import { importImages } from '../../electron/engine/images/nodes/import.ts';
import { askNode } from '../../electron/engine/images/nodes/nodes.ts';
import { sparseTar } from '../../electron/engine/images/nodes/sparse-tar.ts';
import { startContainerdNode } from '../kit/containerd.ts';
import { writeImageLayout } from '../kit/image-layout.ts';
import { type LayoutBundle, openLayoutBundle } from '../kit/layout-bundle.ts';
import { installerScripts } from '../kit/practice-home.ts';
import { median, roundsOf, setting, writeSection } from './figures.ts';

const [rounds = 3, scale = 1] = process.argv.slice(2).map(Number).filter(Number.isFinite);
const lines: string[] = [];
const home = mkdtempSync(join(tmpdir(), 'sitewright-bench-nodes-'));
const signal = new AbortController().signal;

/** One node that has release 1; then each way of bringing release 2, each on a node of its own. */
async function measure(first: LayoutBundle, second: LayoutBundle, fullTar: string) {
  const onNode = async <R>(
    work: (bring: (from: LayoutBundle) => Promise<Brought>, node: Node) => Promise<R>,
  ): Promise<R> => {
    const node = await startContainerdNode();
    if ('skipped' in node) throw new Error(node.skipped);
    const pins = new Map<string, string>();
    const trust = { pinned: (at: string) => pins.get(at), pin: (at: string, key: string) => void pins.set(at, key) };
    const host = node.host();
    const remote = await connectHost({
      host,
      secret: node.sshd.privateKey,
      trust,
      scripts: scriptFolder(installerScripts),
    });
    const bring = async ({ bundle, images }: LayoutBundle): Promise<Brought> => {
      const started = performance.now();
      const ask = () => askNode({ remote, host, site: {}, bundle, images, signal });
      const { state, plan } = await ask();
      const asked = (performance.now() - started) / 1000;
      const { seconds, bytesSent } = await importImages({
        remote,
        state,
        bundle,
        plan,
        signal,
        progress: () => undefined,
      });
      if ((await ask()).plan.images.length > 0) throw new Error('the node is not complete');
      return { asked, imported: seconds, whole: (performance.now() - started) / 1000, bytes: bytesSent };
    };
    try {
      return await work(bring, node);
    } finally {
      remote.close();
      await node.stop();
    }
  };
  const ours = await onNode(async (bring) => {
    const cold = await bring(first);
    return { cold, changed: await bring(second), again: await bring(second) };
  });
  const full = await onNode(async (bring, node) => {
    await bring(first);
    const started = performance.now();
    execFileSync('sh', ['-c', `${node.program} -a ${node.socket} -n k8s.io images import - <'${fullTar}'`], {
      stdio: 'ignore',
    });
    return (performance.now() - started) / 1000;
  });
  return { ...ours, full };
}
type Node = Exclude<Awaited<ReturnType<typeof startContainerdNode>>, { skipped: string }>;
type Brought = { readonly asked: number; readonly imported: number; readonly whole: number; readonly bytes: number };

try {
  const open = async (release: 1 | 2) =>
    openLayoutBundle((await writeImageLayout(join(home, `release-${release}`), { release, scale })).folder);
  const first = await open(1);
  const second = await open(2);
  const fullTar = join(home, 'full.tar');
  const { imageForNode } = await import('../../electron/engine/images/nodes/select.ts');
  const images = await Promise.all(
    second.images.map(async (image) => ({
      image: await imageForNode(second.bundle, image, [], 'amd64'),
      names: [`images.sitewright.invalid/${image.reference}`],
    })),
  );
  const blobs = [...new Map(images.flatMap(({ image }) => image.blobs.map((blob) => [blob.digest, blob]))).values()];
  const whole = sparseTar(second.bundle, { images, blobs, bytes: 0, present: 0 });
  await pipeline(whole.open(signal), createWriteStream(fullTar));
  console.log(`12 images, ${(whole.size / 1e6).toFixed(0)} MB; ${roundsOf(rounds)}`);
  const found: Awaited<ReturnType<typeof measure>>[] = [];
  for (let round = 0; round < rounds; round += 1) found.push(await measure(first, second, fullTar));
  const of = (read: (one: (typeof found)[number]) => number) => median(found.map(read));
  const rate = of(({ cold }) => cold.bytes / 1e6 / cold.imported);
  const row = (what: string, seconds: number, bytes: number, ratio?: number) =>
    lines.push(
      `| ${what} | ${seconds.toFixed(2)} | ${(bytes / 1e6).toFixed(1)} | ${ratio === undefined ? '' : ratio.toFixed(2)} |`,
    );
  const full = of((one) => one.full);
  row('full tar of release 2, ctr images import', full, whole.size);
  row(
    'sparse: release 1 into an empty node',
    of(({ cold }) => cold.imported),
    found[0]!.cold.bytes,
  );
  row(
    'sparse: release 2, import alone',
    of(({ changed }) => changed.imported),
    found[0]!.changed.bytes,
    of(({ changed }) => changed.imported) / full,
  );
  row(
    'sparse: release 2, asked, imported, proved',
    of(({ changed }) => changed.whole),
    found[0]!.changed.bytes,
    of(({ changed }) => changed.whole) / full,
  );
  row(
    'sparse: unchanged, asked twice',
    of(({ again }) => again.whole),
    0,
    of(({ again }) => again.whole) / full,
  );
  const table = ['| into containerd | s | MB | of the full tar |', '|---|---|---|---|', ...lines].join('\n');
  console.log(`${table}\n\n${rate.toFixed(0)} MB/s with unpacking`);
  if (process.argv.includes('--write')) {
    const about = `## Images into nodes\n\n\`npm run bench -- nodes ${rounds} ${scale} --write\`: ${roundsOf(rounds)} on ${setting()}; medians.`;
    writeSection('nodes', `${about}\n\n${table}`);
  }
} finally {
  rmSync(home, { recursive: true, force: true });
}
