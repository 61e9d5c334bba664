import assert from 'node:assert/strict';
import { appendFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import type { Site } from '../../../electron/contract/site.ts';
import type { ReleaseBundle } from '../../../electron/engine/bundle/bundle.ts';
import { certificatesStage } from '../../../electron/engine/stages/certificates/stage.ts';
import { imagesStage } from '../../../electron/engine/stages/images/stage.ts';
import { freePort } from '../../../electron/practice/free-port.ts';
import { orSkipped } from '../../kit/debian.ts';
import { goProgram } from '../../kit/go.ts';
import { addRegistry, registryPath } from '../../kit/registry-release.ts';
import { copySample } from '../../unit/bundle/sample-copy.ts';
import { bundleOf, type RegistryLab, startRegistryLab } from './host.ts';

const programs = '/opt/sitewright/registry';
const step = 'images/registry/data-01';

let skipped: string | undefined;
let sample: Awaited<ReturnType<typeof copySample>>;
let bundle: ReleaseBundle;
let newer: ReleaseBundle;
before(async () => {
  const program = await orSkipped(() => goProgram('registry'), 'no registry');
  if (typeof program !== 'string') {
    skipped = program.skipped;
    return;
  }
  sample = await copySample();
  await addRegistry(sample.folder);
  bundle = await bundleOf(sample.folder, join(sample.root, 'bundle'));
  // A program of another digest that does the same, as a patch release would.
  await appendFile(join(sample.folder, registryPath), 'newer');
  newer = await bundleOf(sample.folder, join(sample.root, 'newer'));
});
after(async () => {
  await bundle?.close();
  await newer?.close();
  await sample?.remove();
});

async function withLab(test: TestContext, work: (lab: RegistryLab) => Promise<void>): Promise<void> {
  if (skipped !== undefined) return test.skip(skipped);
  const lab = await startRegistryLab(bundle);
  if ('skipped' in lab) return test.skip(lab.skipped);
  try {
    await work(lab);
  } finally {
    await lab.stop();
  }
}

const pidOf = (lab: RegistryLab) => lab.run(`cut -d ' ' -f 1 ${programs}/pid`);
const withRegistry = (site: Site, change: Partial<NonNullable<Site['registry']>>): Site => ({
  ...site,
  registry: { ...site.registry!, ...change },
});

test('a site without a registry gets one from the bundle; a second walk changes nothing, a killed one comes back', async (t) => {
  await withLab(t, async (lab) => {
    const first = lab.walk();
    await first.stage(certificatesStage);
    const done = await first.stage(imagesStage);
    assert.deepEqual([done[step], done['images/push/registry']], [false, false]);
    const found = first.recorded.findings.filter(({ category }) => category === 'images');
    const [managed] = found;
    const proofs = found.filter(({ check }) => check.startsWith('image.complete.'));
    assert.deepEqual([managed?.check, managed?.status], ['registry.managed', 'warning']);
    assert.equal(
      managed?.actual !== undefined && 'key' in managed.actual && managed.actual.key,
      'images.finding.registry.unsupervised',
    );
    assert.equal(proofs.length, bundle.images.length);
    assert.ok(found.every(({ status }) => status !== 'failed'));
    assert.ok(proofs.every(({ status }) => status === 'passed'));

    // Everything private stands behind root's own right, and nothing but the one port is open.
    const modes = await lab.run('stat -c "%a %n" /etc/sitewright/registry/*');
    assert.match(modes, /^600 \S+config\.yml\n600 \S+htpasswd\n644 \S+tls\.crt\n600 \S+tls\.key$/);
    const pid = await pidOf(lab);
    const sockets = await lab.run(`ls -l /proc/${pid}/fd | grep -c 'socket:' && ss -Hltnp | grep -c 'pid=${pid},'`);
    assert.match(sockets, /\n1$/);
    const password = first.context.vault.get('registry');
    const said = JSON.stringify([first.recorded.evidence, first.recorded.log, first.recorded.findings]);
    assert.ok(!said.includes(password) && !said.includes(first.context.vault.get('registry/upload-key')));

    const second = lab.walk();
    const again = { ...(await second.stage(certificatesStage)), ...(await second.stage(imagesStage)) };
    assert.deepEqual(
      Object.entries(again).filter(([, satisfied]) => !satisfied),
      [],
    );
    assert.equal(await pidOf(lab), pid);

    await lab.run(`kill -9 ${pid}`);
    const third = await lab.walk().stage(imagesStage);
    assert.deepEqual([third[step], third['images/push/registry']], [false, true]);
    assert.notEqual(await pidOf(lab), pid);
  });
});

test('a newer program, another port, another password and a new certificate each start it anew, once', async (t) => {
  await withLab(t, async (lab) => {
    const walk = async (change: Parameters<RegistryLab['walk']>[0] = {}) => {
      const made = lab.walk(change);
      await made.stage(certificatesStage);
      const before = await pidOf(lab).catch(() => '');
      const { [step]: satisfied } = await made.stage(imagesStage);
      const now = await pidOf(lab);
      assert.equal(satisfied, now === before);
      assert.equal((await lab.walk(change).stage(imagesStage))[step], true);
      assert.equal(await pidOf(lab), now);
      return { satisfied, now, made };
    };
    await walk();
    assert.equal((await walk({ bundle: newer })).satisfied, false);
    const digest = newer.files.get(registryPath)!.digest.slice(7);
    assert.equal(await lab.run(`ls ${programs}`), `pid\nregistry-${digest}\nstarted`);

    const moved = withRegistry(lab.site, { url: `https://127.0.0.1:${await freePort()}` });
    assert.equal((await walk({ bundle: newer, site: moved })).satisfied, false);
    const renamed = withRegistry(moved, { names: ['registry.site.internal'] });
    const { satisfied, made } = await walk({ bundle: newer, site: renamed });
    assert.equal(satisfied, false);
    assert.ok(made.recorded.findings.every(({ status }) => status !== 'failed'));

    // The registry reads accounts at each request: only the file changes.
    made.context.vault.set('registry', 'another password');
    const { [step]: known } = await lab.walk({ bundle: newer, site: renamed }).stage(imagesStage);
    assert.equal(known, false);
    const client = await lab.walk({ bundle: newer, site: renamed }).drivers.registry();
    await client.ping();
  });
});

test('a program that was cut on its way goes on there; what was spoilt there is dropped and sent anew', async (t) => {
  await withLab(t, async (lab) => {
    const { digest, size } = bundle.files.get(registryPath)!;
    const part = `${programs}/registry-${digest.slice(7)}.part`;
    const cut = new AbortController();
    const broken = lab.walk({ signal: cut.signal });
    await broken.stage(certificatesStage);
    const context = { ...broken.context, progress: (sent: number) => sent > size / 2 && cut.abort() };
    const [plan] = imagesStage.plan({ site: lab.site, release: bundle.release });
    await assert.rejects(imagesStage.steps.registry!.apply!(context, plan!.input), { code: 'cancelled' });
    const came = Number(await lab.run(`stat -c %s ${part}`));
    assert.ok(came > size / 4 && came < size, `${came} of ${size}`);

    const resumed = lab.walk();
    const sent: number[] = [];
    const counting = { ...resumed.context, progress: (done: number) => void sent.push(done) };
    await imagesStage.steps.registry!.apply!(counting, plan!.input);
    assert.ok(sent[0]! > came && sent.at(-1) === size);
    assert.equal(await lab.run(`sha256sum <${programs}/registry-${digest.slice(7)}`), `${digest.slice(7)}  -`);

    // The same with a beginning that is none of it.
    await lab.run(`rm ${programs}/registry-${digest.slice(7)} && head -c 1000000 /dev/zero >${part}`);
    const spoilt = lab.walk();
    await assert.rejects(spoilt.stage(imagesStage), { code: 'registry-program-damaged' });
    await assert.rejects(lab.run(`stat ${part}`));
    await lab.walk().stage(imagesStage);
  });
});

test('a stranger on the port, a small disk and a missing key are told before or as they stop it', async (t) => {
  await withLab(t, async (lab) => {
    const walk = lab.walk();
    await walk.stage(certificatesStage);
    const stranger = createServer().listen(Number(new URL(lab.site.registry!.url).port), '127.0.0.1');
    await assert.rejects(walk.stage(imagesStage), (error: { code?: string; params?: { holder?: string } }) => {
      assert.equal(error.code, 'registry-port-taken');
      assert.match(String(error.params?.holder), new RegExp(` ${process.pid}$`));
      return true;
    });
    await new Promise((closed) => stranger.close(closed));

    const small = withRegistry(lab.site, { managed: { dataFolder: `${lab.sshd.smallDisk}/images` } });
    await assert.rejects(lab.walk({ site: small }).stage(imagesStage), { code: 'host-disk-full' });
    await assert.rejects(lab.run(`ls ${programs}`), 'nothing was sent');

    await lab.run('mv /etc/sitewright/registry/tls.key /etc/sitewright/registry/aside');
    await assert.rejects(lab.walk().stage(imagesStage), (error: { code?: string; detail?: string }) => {
      assert.equal(error.code, 'registry-start-failed');
      assert.match(String(error.detail), /tls\.key/);
      return true;
    });
    await lab.run('mv /etc/sitewright/registry/aside /etc/sitewright/registry/tls.key');
    await lab.walk().stage(imagesStage);
  });
});
