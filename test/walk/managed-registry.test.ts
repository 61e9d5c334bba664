import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRouterClient } from '@orpc/server';
import { say } from '../../electron/contract/text.ts';
import { connectKubernetes } from '../../electron/engine/drivers/kubernetes/connect.ts';
import { createRouter } from '../../electron/engine/router.ts';
import { freePort } from '../../electron/practice/free-port.ts';
import { orSkipped } from '../kit/debian.ts';
import { goProgram } from '../kit/go.ts';
import { buildSample, openPracticeHome, practiceName } from '../kit/practice-home.ts';
import { addRegistry } from '../kit/registry-release.ts';
import { startSshd } from '../kit/sshd.ts';
import { copySample } from '../unit/bundle/sample-copy.ts';

const waived = { reason: 'not a host of a datacenter', approver: 'the test', expires: '2999-12-31' };

test('a whole walk of a site whose registry comes from the bundle: pods run what they pulled from it', async (t) => {
  const program = await orSkipped(() => goProgram('registry'), 'no registry');
  if (typeof program !== 'string') return t.skip(program.skipped);
  const sshd = await startSshd({ ownFolders: true, systemd: true });
  if ('skipped' in sshd) return t.skip(sshd.skipped);
  const sample = await copySample();
  const practice = await openPracticeHome();
  const engine = practice.engine();
  try {
    await addRegistry(sample.folder);
    const bundle = [await buildSample(practice.home, sample.folder)];
    const client = createRouterClient(createRouter(engine));
    const { vault } = engine.openUnlocked(practiceName).unlocked();
    vault.set('registry-host', sshd.privateKey);
    const site = await client.site.show({ site: practiceName });
    const address = `127.0.0.1:${await freePort()}`;
    const host = sshd.host({ name: 'registry-01', roles: ['registry'], credential: 'registry-host' });
    await client.site.update({
      site: practiceName,
      change: {
        hosts: [...site.hosts, host],
        registry: {
          ...{ url: `https://${address}`, prefix: 'energy', user: 'pusher', credential: 'managed', host: host.name },
          ...{ names: [], managed: { dataFolder: `${sshd.folder}/images`, listen: '127.0.0.1' } },
        },
      },
    });

    const end = async () => {
      for await (const _event of await client.walk.watch({ site: practiceName }));
      const state = await client.walk.state({ site: practiceName });
      const said = state.stages.flatMap((stage) => [
        ...stage.blockers.map((words) => say('en-US', words)),
        ...stage.steps.flatMap(({ id, error }) =>
          error ? [`${id}: ${say('en-US', error.message)} ${error.detail}`] : [],
        ),
      ]);
      return { ...state, said: said.join('\n') };
    };
    const start = async () => {
      const plan = await client.plan.show({ site: practiceName, bundle });
      await client.walk.start({ site: practiceName, bundle, plan: plan.digest });
      return await end();
    };
    let walk = await start();
    // The machine of the test is judged like any host: what it lacks as one is waived, once.
    if (walk.state === 'blocked') {
      for (const { check, subject, status, mustPass } of await client.check.list({ site: practiceName }))
        if (subject === host.name && !mustPass && (status === 'failed' || status === 'error'))
          await client.waiver.add({ site: practiceName, waiver: { check, subjects: [subject], ...waived } });
      await client.walk.resume({ site: practiceName, bundle });
      walk = await end();
    }
    assert.equal(walk.state, 'done', walk.said);

    const steps = walk.stages.find(({ id }) => id === 'images')!.steps;
    assert.deepEqual(
      steps.slice(0, 3).map(({ id, state }) => [id, state]),
      [
        [`images/registry/${host.name}`, 'done'],
        ['images/path/registry', 'done'],
        ['images/push/registry', 'done'],
      ],
    );
    const found = await client.check.list({ site: practiceName });
    const status = (check: string) => found.find((finding) => finding.check === check)?.status;
    assert.equal(status('registry.managed'), 'passed');
    for (const part of ['program', 'port', 'space', 'service'])
      assert.equal(status(`dependency.registry-host-${part}`), 'passed', part);

    const credential = site.kubernetes!.kubeconfig;
    const signal = new AbortController().signal;
    const cluster = await connectKubernetes({ kubeconfig: vault.get(credential), credential, signal });
    const pods = await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, 'app.kubernetes.io/part-of=energy-platform');
    await cluster.close();
    const images = pods.flatMap((pod) => (pod.spec as { containers: { image: string }[] }).containers);
    assert.ok(images.length > 0);
    assert.ok(
      images.every(({ image }) => image.startsWith(`${address}/energy/`)),
      JSON.stringify(images),
    );

    const again = await start();
    assert.equal(again.state, 'done', again.said);
    const applied = again.stages
      .filter(({ id }) => ['certificates', 'images', 'infrastructure', 'services'].includes(id))
      .flatMap((stage) => stage.steps.filter((step) => step.mutates && !step.already));
    assert.deepEqual(
      applied.map(({ id }) => id),
      [],
    );
  } finally {
    await engine.close();
    await practice.remove();
    await sshd.stop();
    await sample.remove();
  }
});
