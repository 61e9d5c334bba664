import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { certificatesStage } from '../../../electron/engine/stages/certificates/stage.ts';
import { imagesStage } from '../../../electron/engine/stages/images/stage.ts';
import { orSkipped } from '../../kit/debian.ts';
import { goProgram } from '../../kit/go.ts';
import { addRegistry } from '../../kit/registry-release.ts';
import { copySample } from '../../unit/bundle/sample-copy.ts';
import { bundleOf, startRegistryLab } from './host.ts';

const step = 'images/registry/data-01';
const unit = 'sitewright-registry.service';

test('under systemd the registry is a service: it comes back by itself, and says why it does not start', async (t) => {
  const program = await orSkipped(() => goProgram('registry'), 'no registry');
  if (typeof program !== 'string') return t.skip(program.skipped);
  const sample = await copySample();
  await addRegistry(sample.folder);
  const bundle = await bundleOf(sample.folder, join(sample.root, 'bundle'));
  const lab = await startRegistryLab(bundle, { systemd: true });
  try {
    if ('skipped' in lab) return t.skip(lab.skipped);
    const first = lab.walk();
    await first.stage(certificatesStage);
    await first.stage(imagesStage);
    const managed = first.recorded.findings.find(({ check }) => check === 'registry.managed');
    assert.equal(managed?.status, 'passed');
    const property = (name: string) => lab.run(`systemctl show -p ${name} ${unit} | sed 's/.*=//'`);
    assert.equal(await lab.run(`systemctl is-enabled ${unit} && systemctl is-active ${unit}`), 'enabled\nactive');
    const pid = await property('MainPID');
    // Root by name, with none of root's powers.
    assert.match(await lab.run(`grep CapBnd /proc/${pid}/status`), /CapBnd:\s0{16}$/);

    const second = await lab.walk().stage(imagesStage);
    assert.ok(Object.values(second).every((satisfied) => satisfied));
    assert.equal(await property('MainPID'), pid);

    // Killed, it is back before anybody walks again.
    await lab.run(`kill -9 ${pid}`);
    for (let tries = 0; (await property('NRestarts')) === '0' && tries < 100; tries += 1) await wait(100);
    assert.notEqual(await property('MainPID'), pid);
    for (let tries = 0; (await property('ActiveState')) !== 'active' && tries < 100; tries += 1) await wait(100);
    const third = await lab.walk().stage(imagesStage);
    assert.equal(third[step], true);

    await lab.run('chmod 644 /etc/sitewright/registry/tls.key && mv /etc/sitewright/registry/tls.key /etc/aside');
    await assert.rejects(lab.walk().stage(imagesStage), (error: { code?: string; detail?: string }) => {
      assert.equal(error.code, 'registry-start-failed');
      assert.match(String(error.detail), /tls\.key/);
      return true;
    });
    assert.equal(await property('ActiveState'), 'inactive');
    await lab.run('mv /etc/aside /etc/sitewright/registry/tls.key');
    assert.equal((await lab.walk().stage(imagesStage))[step], false);
    assert.equal(await property('ActiveState'), 'active');
  } finally {
    if (!('skipped' in lab)) await lab.stop();
    await bundle.close();
    await sample.remove();
  }
});
