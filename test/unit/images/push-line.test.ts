import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SitewrightError as Failure } from '../../../electron/contract/errors.ts';
import type { RegistryClient } from '../../../electron/engine/drivers/registry/client.ts';
import { unexpected } from '../../../electron/engine/drivers/registry/failures.ts';
import { createPushJournal } from '../../../electron/engine/images/journal.ts';
import { isCode } from '../../kit/errors.ts';
import { testImages } from './content.ts';
import { push } from './pushing.ts';

/** A registry that goes on inside a blob, on a line that is cut `cuts` times, each time after another tenth of it. */
function cutLine(size: number, cuts: number) {
  const at = { held: 0, cuts: 0, deleted: 0 };
  const client: Partial<RegistryClient> = {
    host: 'cut.test',
    repository: (name) => name,
    headManifest: async () => undefined,
    headBlob: async () => undefined,
    openUpload: async () => ({ location: 'https://cut.test/u', offset: 0 }),
    uploadStatus: async (_repository, session) => (at.held === 0 ? undefined : { ...session, offset: at.held }),
    sendUpload: async (_repository, session, body) => {
      for await (const _piece of body.open()) break;
      if (body.length < size / 10 || at.cuts >= cuts) return { ...session, offset: session.offset + body.length };
      at.cuts += 1;
      at.held = session.offset + size / 10;
      throw new Failure('registry-unreachable', { registry: 'cut.test', found: 'cut', fix: 'wait' });
    },
    finishUpload: async () => undefined,
    putManifest: async () => undefined,
    abandonUpload: async () => {
      at.deleted += 1;
    },
  };
  return { at, client: client as RegistryClient };
}

test('a line that is cut again and again is not one that is down, as long as something arrives in between', async () => {
  const { at, client } = cutLine(500_000, 5);
  // Each cut and the questions after it take longer than a third of what a line may be down.
  await push(client, await testImages([{ reference: 'a/b:1', layers: { x: 500_000 } }]));
  assert.deepEqual(at, { held: 250_000, cuts: 5, deleted: 0 });
});

test('an upload that a line leaves behind when it goes down is kept for the next push', async () => {
  const made = await testImages([{ reference: 'a/b:1', layers: { x: 500_000 } }]);
  const { at, client } = cutLine(500_000, 1);
  const { sendUpload } = client;
  const down = () =>
    Promise.reject(new Failure('registry-unreachable', { registry: 'cut.test', found: 'cut', fix: 'wait' }));
  const dying: RegistryClient = {
    ...client,
    sendUpload: (...sent) => (at.cuts === 0 ? sendUpload(...sent) : down()),
    uploadStatus: down,
  };
  const journal = createPushJournal({ load: () => undefined, save: () => undefined });
  await assert.rejects(push(dying, made, undefined, journal), isCode('registry-unreachable'));
  assert.equal(at.deleted, 0);
  assert.equal(journal.open().length, 1, 'the session stands in the journal');
  const { bytesSent } = await push(client, made, undefined, journal);
  assert.ok(bytesSent < 500_000, `${bytesSent}`);
});

test('a registry that starts again behind a proxy is waited for as a line is', async () => {
  const made = await testImages([{ reference: 'a/b:1', layers: { x: 500_000 } }]);
  const { at, client } = cutLine(500_000, 0);
  const { sendUpload } = client;
  at.held = 100_000;
  let answers = 0;
  const starting: RegistryClient = {
    ...client,
    sendUpload: (...sent) => {
      // The configuration, of which nothing is held, goes its own way.
      if (sent[2].length < 10_000) return sendUpload(...sent);
      answers += 1;
      // More often than what is refused outright is tried again.
      if (answers < 10) return Promise.reject(unexpected('cut.test', { what: 'PATCH', status: 503 }));
      return sendUpload(...sent);
    },
  };
  await push(starting, made, undefined, undefined, 10_000);
  assert.ok(answers >= 10, `${answers}`);
  assert.equal(at.deleted, 0);
});

test('a registry that never answered is soon given up; one that did is waited for', async () => {
  const made = await testImages([{ reference: 'a/b:1', layers: { x: 500 } }]);
  const { client } = cutLine(500, 0);
  const asked = async (silent: 'headManifest' | 'headBlob') => {
    let questions = 0;
    const silence = async (): Promise<undefined> => {
      questions += 1;
      throw new Failure('registry-unreachable', { registry: 'cut.test', found: 'refused', fix: 'start it' });
    };
    await assert.rejects(push({ ...client, [silent]: silence }, made), isCode('registry-unreachable'));
    return questions;
  };
  assert.equal(await asked('headManifest'), 3);
  assert.ok((await asked('headBlob')) > 5, 'for as long as a line may be down');
});
