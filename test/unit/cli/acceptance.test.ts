import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { AcceptanceView } from '../../../electron/contract/acceptance.ts';
import { passphrase, walkedSite } from '../report/fixture.ts';
import { commandIn } from './command.ts';

/** `acceptance` on a site whose walk has ended: as a person types it, and with `--json`. */
function acceptance(t: { after: (then: () => void) => void }) {
  const walked = walkedSite();
  t.after(walked.close);
  const command = commandIn(walked.home);
  const run = (verb: string, ...words: readonly string[]) =>
    command(['acceptance', verb, '--site', 'site', ...words], { env: { SITEWRIGHT_PASSPHRASE: passphrase } });
  return {
    home: walked.home,
    run,
    command,
    told: async (verb: string, ...words: readonly string[]): Promise<AcceptanceView> => {
      const { code, stdout, stderr } = await run(verb, ...words, '--json');
      assert.deepEqual([code, stderr], [0, '']);
      return JSON.parse(stdout);
    },
    /** The error that a call ended with, told in words on stderr and as one document on stdout. */
    refused: async (verb: string, ...words: readonly string[]): Promise<{ code: string; message: string }> => {
      const { code, stdout, stderr } = await run(verb, ...words, '--json');
      assert.equal(code, 2, `${verb} ${words.join(' ')}: ${stderr}`);
      const { error } = JSON.parse(stdout);
      assert.ok(stderr.includes(error.message), stderr);
      assert.doesNotMatch(stderr, /\n\s+at /, 'no stack');
      return error;
    },
  };
}

test('a deviation gets level, owner, due day and closing; one is added and withdrawn', async (t) => {
  const { run, told } = acceptance(t);
  const before = await told('show');
  const tls = before.deviations.find(({ title }) => JSON.stringify(title).includes('tls.old'))!;
  assert.deepEqual([tls.own, tls.note], [false, {}]);
  const note = { level: 'observation', owner: 'Li Lei', due: '2099-01-31', closing: 'E-0003', closed: '2026-03-02' };
  const noted = await told(
    'note',
    '--id',
    tls.id,
    ...Object.entries(note).flatMap(([name, value]) => [`--${name}`, value]),
  );
  assert.deepEqual(noted.deviations.find(({ id }) => id === tls.id)?.note, note);

  const added = await told('note', '--title', 'The room is too warm', '--level', 'minor');
  const own = added.deviations.find((one) => one.own)!;
  assert.deepEqual([added.deviations.length, own.level], [before.deviations.length + 1, 'minor']);
  const withdrawn = await told('note', '--id', own.id, '--withdrawn', 'measured again');
  assert.equal(withdrawn.deviations.find(({ id }) => id === own.id)?.withdrawn, 'measured again');

  const shown = await run('show');
  assert.equal(shown.code, 0);
  const line = (id: string) => shown.stdout.split('\n').find((one) => one.includes(id));
  assert.match(line(tls.id) ?? '', /^DV-\d\d .*observation .*tls\.old .*Li Lei +2099-01-31 +2026-03-02/);
  assert.match(line(own.id) ?? '', /minor +The room is too warm .*measured again/);
});

test('signing and handover are read from a file, shown, and replaced as a whole by the next one', async (t) => {
  const { home, run, told } = acceptance(t);
  const file = join(home, 'sign-off.yaml');
  writeFileSync(
    file,
    'signers:\n- {party: customer, name: Wang Fang, title: Head of energy, date: 2026-03-05}\nhandover:\n- {topic: Operation, participant: Zhang Wei}\n',
  );
  const { signOff } = await told('sign-off', '--file', file);
  assert.deepEqual(signOff, {
    signers: [{ party: 'customer', name: 'Wang Fang', title: 'Head of energy', date: '2026-03-05' }],
    handover: [{ topic: 'Operation', participant: 'Zhang Wei' }],
  });
  const shown = await run('show');
  assert.match(shown.stdout, /Customer.* +Wang Fang +Head of energy +2026-03-05\n/);
  assert.match(shown.stdout, /Operation +Zhang Wei/);
  writeFileSync(file, '{"signers": [{"party": "contractor", "name": "Li Na"}]}');
  const next = await told('sign-off', '--file', file);
  assert.deepEqual(next.signOff, { signers: [{ party: 'contractor', name: 'Li Na', title: '' }], handover: [] });
});

test('what is wrong is named, and nothing is written', async (t) => {
  const { home, command, told, refused } = acceptance(t);
  const before = await told('show');
  const { id } = before.deviations[0]!;
  const file = join(home, 'wrong.yaml');
  const cases: readonly (readonly [code: string, named: RegExp, words: readonly string[]])[] = [
    ['deviation-unknown', /D-nothing/, ['note', '--id', 'D-nothing', '--owner', 'Li Lei']],
    ['deviation-invalid', /"due"/, ['note', '--id', id, '--due', '2020-01-01']],
    ['deviation-invalid', /"closing"/, ['note', '--id', id, '--closed', '2026-03-02']],
    ['deviation-invalid', /"title"/, ['note', '--level', 'minor']],
    ['usage-invalid', /level/, ['note', '--id', id, '--level', 'huge']],
    ['usage-invalid', /due/, ['note', '--id', id, '--due', 'tomorrow']],
    ['usage-invalid', /wrong\.yaml/, ['sign-off', '--file', file]],
    ['usage-invalid', /--file/, ['sign-off']],
  ];
  for (const [code, named, [verb, ...words]] of cases) {
    const error = await refused(verb!, ...words);
    assert.equal(error.code, code, words.join(' '));
    assert.match(error.message, named);
  }
  writeFileSync(file, 'signers:\n- {party: neighbour, name: Wang Fang}\n');
  assert.match((await refused('sign-off', '--file', file)).message, /signers\.0\.party/);
  writeFileSync(file, 'signature: Wang Fang\n');
  assert.match((await refused('sign-off', '--file', file)).message, /: Unrecognized key: "signature"\.$/);

  const locked = await command(['acceptance', 'note', '--site', 'site', '--id', id, '--owner', 'Li Lei', '--json']);
  assert.deepEqual([locked.code, JSON.parse(locked.stdout).error.code], [2, 'vault-locked']);
  assert.deepEqual(await told('show'), before);
});
