import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileJournal } from '../../../electron/engine/images/file-journal.ts';

async function home(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sitewright-journal-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
const fileIn = (folder: string) => join(folder, 'pushes', 'registry.jsonl');
const session = (offset: number) => ({ location: `http://registry/upload?state=${offset}`, offset });

test('what was kept last is known again; what was forgotten is not', async (t) => {
  const folder = await home(t);
  const journal = fileJournal(folder, 'registry');
  journal.learn({ resumes: 'bytes' });
  journal.keep('energy/api', 'sha256:a', session(0));
  journal.keep('energy/api', 'sha256:a', session(64));
  journal.keep('energy/jobs', 'sha256:b', session(1));
  journal.forget('energy/jobs', 'sha256:b');

  const again = fileJournal(folder, 'registry');
  assert.deepEqual(again.ability(), { resumes: 'bytes' });
  assert.deepEqual(again.open(), [{ repository: 'energy/api', digest: 'sha256:a', session: session(64) }]);
  assert.deepEqual(fileJournal(folder, 'another').open(), []);
  if (process.platform !== 'win32') assert.equal((await stat(fileIn(folder))).mode & 0o777, 0o600);
});

test('a line that a kill cut off does not count, and nothing is written behind it', async (t) => {
  const folder = await home(t);
  fileJournal(folder, 'registry').keep('energy/api', 'sha256:a', session(7));
  await appendFile(fileIn(folder), '{"sessions":{"energy/api@sha2');

  const second = fileJournal(folder, 'registry');
  assert.deepEqual(second.session('energy/api', 'sha256:a'), session(7));
  second.keep('energy/api', 'sha256:a', session(8));
  assert.deepEqual(fileJournal(folder, 'registry').session('energy/api', 'sha256:a'), session(8));
});

test('what is no journal is an empty one', async (t) => {
  const folder = await home(t);
  const journal = fileJournal(folder, 'registry');
  journal.keep('energy/api', 'sha256:a', session(7));
  for (const content of ['', 'no JSON\n', '{"sessions":1}\n', '\n']) {
    await writeFile(fileIn(folder), content);
    const read = fileJournal(folder, 'registry');
    assert.deepEqual(read.open(), [], JSON.stringify(content));
    read.keep('energy/api', 'sha256:b', session(1));
    assert.deepEqual(fileJournal(folder, 'registry').session('energy/api', 'sha256:b'), session(1));
  }
});

test('the file stays short, and nothing else lies beside it', async (t) => {
  const folder = await home(t);
  const journal = fileJournal(folder, 'registry');
  for (let offset = 0; offset < 6000; offset += 1) journal.keep('energy/api', 'sha256:a', session(offset));
  assert.deepEqual(fileJournal(folder, 'registry').session('energy/api', 'sha256:a'), session(5999));
  assert.ok((await readFile(fileIn(folder))).length <= 256 * 1024);
  assert.deepEqual(await readdir(join(folder, 'pushes')), ['registry.jsonl']);
});
