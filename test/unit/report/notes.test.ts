import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeviationChange } from '../../../electron/contract/acceptance.ts';
import { acceptanceView } from '../../../electron/engine/report/acceptance-view.ts';
import { reportDocument, reportDocumentSchema } from '../../../electron/engine/report/document.ts';
import { reportModel } from '../../../electron/engine/report/model.ts';
import { changeDeviation, changeSignOff } from '../../../electron/engine/report/notes.ts';
import { reportPage } from '../../../electron/engine/report/page.ts';
import { isCode } from '../../kit/errors.ts';
import { finding, secret, someFindings, walkedSite } from './fixture.ts';

const today = '2026-03-01';
const failing = [
  ...someFindings(),
  finding({ check: 'host.memory', status: 'failed', mustPass: true }),
  finding({ check: 'os.swap-size', status: 'warning' }),
];

function opened(t: { after: (then: () => void) => void }) {
  const site = walkedSite({ findings: failing });
  t.after(site.close);
  const change = (wanted: DeviationChange) =>
    changeDeviation(site.opened, wanted, reportModel(site.opened).deviations, today);
  const memory = () =>
    acceptanceView(site.opened).deviations.find(({ title }) => JSON.stringify(title).includes('host.memory'))!;
  return { site: site.opened, change, memory };
}

test('level, owner, due day and closing of a computed deviation stand in the record and in the report', (t) => {
  const { site, change, memory } = opened(t);
  assert.equal(memory().level, 'major');
  assert.equal(memory().own, false);
  change({ id: memory().id, level: 'minor', owner: 'Li Lei', due: '2026-04-01' });
  change({ id: memory().id, closing: 'Memory extended, E-0001', closed: '2026-03-20' });
  assert.deepEqual(memory().note, {
    level: 'minor',
    owner: 'Li Lei',
    due: '2026-04-01',
    closing: 'Memory extended, E-0001',
    closed: '2026-03-20',
  });
  assert.equal(memory().level, 'minor');
  const page = reportPage(reportModel(site), 'en-US');
  for (const words of ['Li Lei', '2026-04-01', 'Memory extended, E-0001', 'closed on 2026-03-20'])
    assert.ok(page.includes(words), words);
  // An empty word takes a value away; the others stay.
  change({ id: memory().id, level: 'major', owner: '' });
  assert.equal(memory().note.owner, undefined);
  assert.equal(memory().note.due, '2026-04-01');
});

test('people add deviations of their own and withdraw them with a reason; none is lost', (t) => {
  const { site, change } = opened(t);
  change({ title: 'The room is too warm', level: 'minor', owner: 'Han Meimei' });
  const own = () => acceptanceView(site).deviations.filter((one) => one.own);
  assert.equal(own().length, 1);
  assert.match(own()[0]!.id, /^O-[0-9a-f]{8}$/);
  change({ id: own()[0]!.id, withdrawn: 'measured again: 22 °C' });
  assert.equal(own()[0]!.withdrawn, 'measured again: 22 °C');
  assert.match(reportPage(reportModel(site), 'en-US'), /withdrawn: measured again/);
});

test('what is wrong is refused and changes nothing', (t) => {
  const { site, change, memory } = opened(t);
  const { id } = memory();
  const before = reportDocument(reportModel(site));
  for (const [wanted, code] of [
    [{ id: 'D-00000000', owner: 'x' }, 'deviation-unknown'],
    [{ id: 'O-00000000', owner: 'x' }, 'deviation-unknown'],
    [{ id, closed: '2026-03-20' }, 'deviation-invalid'],
    [{ id, due: '2026-02-28' }, 'deviation-invalid'],
    [{ id, withdrawn: 'no' }, 'deviation-invalid'],
    [{ title: 'without a level' }, 'deviation-invalid'],
    [{ level: 'minor' }, 'deviation-invalid'],
  ] as const)
    assert.throws(() => change(wanted), isCode(code), JSON.stringify(wanted));
  assert.equal(reportDocument(reportModel(site)), before);
});

test('signers and handover stand in the tables to sign; the journal vouches, the bytes are the same again', (t) => {
  const { site } = opened(t);
  changeSignOff(site, {
    signers: [{ party: 'customer', name: 'Wang', title: 'Head of energy', date: '2026-03-21' }],
    handover: [{ topic: 'Operation', participant: 'Zhang', date: '2026-03-22' }],
  });
  const model = reportModel(site);
  assert.equal(model.journal.intact, true);
  assert.ok(model.events.some(({ words }) => JSON.stringify(words).includes('report.event.acceptance')));
  const page = reportPage(model, 'zh-CN');
  for (const words of ['Wang', 'Head of energy', '2026-03-21', 'Operation', 'Zhang'])
    assert.ok(page.includes(words), words);
  assert.equal(reportPage(reportModel(site), 'zh-CN'), page);
  assert.deepEqual(reportDocumentSchema.parse(JSON.parse(reportDocument(model))).signOff, model.signOff);
});

test('a known secret that is typed into a note is masked', (t) => {
  const { site, change, memory } = opened(t);
  change({ id: memory().id, closing: `the password was ${secret}` });
  assert.doesNotMatch(reportDocument(reportModel(site)), new RegExp(secret));
});
