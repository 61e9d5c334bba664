import assert from 'node:assert/strict';
import { readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { SitewrightError } from '../../../electron/contract/errors.ts';
import { say, verbatim } from '../../../electron/contract/text.ts';
import { reportDocument, reportDocumentSchema } from '../../../electron/engine/report/document.ts';
import { reportModel } from '../../../electron/engine/report/model.ts';
import { thisProgram } from '../../../electron/engine/report/program.ts';
import { openSite } from '../../../electron/engine/site/open-site.ts';
import { finding, imageDigest, someFindings, waiverOfTls, walkedSite } from './fixture.ts';

test('records are numbered in reading order: attention first, then host by host, then stage by stage', (t) => {
  const site = walkedSite();
  t.after(site.close);
  const { records } = reportModel(site.opened);
  assert.deepEqual(
    records.map(({ number, check, subject }) => `${number} ${check} ${subject}`),
    [
      'IQ-001 os.inotify app-01',
      'IQ-002 os.inotify app-02',
      'IQ-003 host.cpu app-01',
      'IQ-004 os.swap app-01',
      'IQ-005 host.cpu app-02',
      'IQ-006 acceptance.document.1 site',
      'OQ-001 api.alive api',
      'PQ-001 load.steady api',
      'SQ-001 tls.old api',
    ],
  );
  const alive = records.find((record) => record.check === 'api.alive');
  assert.equal(alive?.step, 'verification/suite/health');
  assert.match(alive?.journal?.hash ?? '', /^[0-9a-f]{64}$/);
});

test('deviations: one for a check with one outcome, worst first, with owner and waiver', (t) => {
  const site = walkedSite({
    findings: [
      ...someFindings(),
      finding({ check: 'host.memory', status: 'failed', mustPass: true }),
      finding({ check: 'db.backup', stage: 'verification', status: 'error' }),
    ],
    waivers: [waiverOfTls],
    state: 'blocked',
  });
  t.after(site.close);
  const model = reportModel(site.opened);
  assert.deepEqual(
    model.deviations.map(({ number, level, check, owner, found, waiver }) => [
      number,
      level,
      check,
      owner,
      found.length,
      waiver?.id ?? '',
    ]),
    [
      ['DV-01', 'major', 'host.memory', 'customer', 1, ''],
      ['DV-02', 'minor', 'db.backup', 'contractor', 1, ''],
      ['DV-03', 'minor', 'tls.old', 'contractor', 1, 'W-1'],
      ['DV-04', 'observation', 'os.inotify', 'customer', 2, ''],
    ],
  );
  assert.equal(model.verdict.conclusion, 'failed');
  assert.deepEqual(
    model.waivers.map(({ id, state, records }) => [id, state, records]),
    [['W-1', 'counts', ['SQ-001']]],
  );
});

test('what was delivered: hosts as read, whole image digests, documents, secrets shown by name', (t) => {
  const site = walkedSite();
  t.after(site.close);
  const model = reportModel(site.opened);
  assert.deepEqual(model.hosts[0], {
    name: 'app-01',
    address: '10.0.0.1:22',
    roles: ['worker'],
    system: 'Debian GNU/Linux 12 (bookworm)',
    kernel: '6.1.0-40-amd64',
    architecture: 'amd64',
    processors: 8,
    memory: 32,
    runtime: 'containerd 1.7.27',
    readAt: '2026-03-01T01:00:05.000Z',
    evidence: 'E-0001',
  });
  assert.deepEqual(model.hosts[1], { name: 'app-02', address: '10.0.0.1:22', roles: ['worker'] });
  assert.deepEqual(model.images, [{ reference: 'energy/api:4.2.0', digest: imageDigest, evidence: 'E-0002' }]);
  assert.deepEqual(
    model.documents.map(({ file, evidence }) => [file, evidence]),
    [['documents/guide.md', 'E-0003']],
  );
  assert.deepEqual(
    model.credentials.map(({ name }) => name),
    ['user/admin'],
  );
  assert.deepEqual(
    model.endpoints.map(({ address }) => address),
    ['https://10.0.0.9:5000/site'],
  );
});

test('the log: repeated steps and decisions with names and reasons', (t) => {
  const site = walkedSite({ waivers: [waiverOfTls] });
  t.after(site.close);
  const model = reportModel(site.opened);
  const repeated = model.stages.flatMap((stage) => stage.steps).filter((step) => step.attempts > 1);
  assert.deepEqual(
    repeated.map((step) => [step.id, step.attempts]),
    [['images/push/registry', 2]],
  );
  const words = model.events.map((event) => say('en-US', event.words)).join('\n');
  assert.match(words, /started by Li Na/);
  assert.match(
    words,
    /Waiver W-1 recorded for tls\.old, approved by Chen Wei: "The old meters know no other", until 2026-12-31/,
  );
  assert.match(words, /Vault entry user\/admin was shown/);
  assert.match(words, /ended: done/);
});

test('an expired, an unused and a refused waiver stay visible and carry nothing', (t) => {
  const site = walkedSite({
    waivers: [
      { ...waiverOfTls, id: 'W-2', expires: '2026-02-28' },
      { ...waiverOfTls, id: 'W-3', check: 'nothing.such' },
      { ...waiverOfTls, id: 'W-4', check: 'host.cpu' },
    ],
  });
  t.after(site.close);
  const model = reportModel(site.opened);
  assert.deepEqual(
    model.waivers.map(({ id, state }) => [id, state]),
    [
      ['W-2', 'expired'],
      ['W-3', 'unused'],
      ['W-4', 'refused'],
    ],
  );
  assert.equal(model.verdict.conclusion, 'failed');
});

test('evidence that was changed or taken away shows in the report', (t) => {
  const site = walkedSite();
  t.after(site.close);
  assert.equal(reportModel(site.opened).journal.intact, true);
  const taken = site.opened.evidence.list().find((view) => view.id === 'E-0002');
  unlinkSync(join(site.opened.folder.evidence, taken?.sha256 ?? ''));
  const model = reportModel(site.opened);
  assert.equal(model.journal.intact, false);
  assert.match(say('en-US', model.journal.problems[0]?.problem ?? verbatim('')), /E-0002/);
  assert.deepEqual(model.images, [{ reference: 'energy/api:4.2.0', digest: `${imageDigest.slice(0, 19)}…` }]);
});

test('the JSON has the documented shape, both languages, and the same bytes from any clock, locked or not', (t) => {
  const site = walkedSite({ waivers: [waiverOfTls] });
  t.after(site.close);
  const first = reportDocument(reportModel(site.opened));
  const document = reportDocumentSchema.parse(JSON.parse(first));
  assert.deepEqual(document.verdict, reportModel(site.opened).verdict);
  assert.deepEqual(document.stages[0]?.title, { 'zh-CN': '环境检查', 'en-US': 'Environment checks' });
  const later = openSite(site.home, 'site', () => new Date('2031-01-01T00:00:00Z'));
  t.after(later.close);
  assert.equal(reportDocument(reportModel(later)), first);
});

test('without a run there is nothing to report', (t) => {
  const site = walkedSite();
  t.after(site.close);
  site.opened.store.database.exec('DELETE FROM finding; DELETE FROM step; DELETE FROM run');
  assert.throws(
    () => reportModel(site.opened),
    (error) => error instanceof SitewrightError && error.code === 'report-no-run',
  );
});

test('the program names its own version', () => {
  const manifest = JSON.parse(
    readFileSync(fileURLToPath(new URL('../../../package.json', import.meta.url)), 'utf8'),
  ) as { version: string };
  assert.equal(thisProgram().version, manifest.version);
  assert.ok(thisProgram().checks.count > 60);
});
