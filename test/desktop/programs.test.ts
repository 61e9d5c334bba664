import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { createEngine } from '../../electron/engine/engine.ts';
import { type PracticeLauncher, practiceName, practicePassphrase } from '../../electron/engine/practice-site.ts';
import { removePractice } from '../../electron/practice/launch.ts';
import { readSettings } from '../../electron/practice/settings.ts';
import { openDesktopRoom } from '../kit/desktop.ts';
import { buildSample, installerScripts } from '../kit/practice-home.ts';
import { buildOldSample, buildPrograms, programsFolder } from '../kit/programs/build.ts';
import type { EngineOrder, EngineWords, ShellOrder, ShellWords } from '../kit/programs/words.ts';

/**
 * The practice site in utility processes of a real Electron: its servers and their keeper have no Node but Electron's.
 * The engine that walks runs here, as the oldest runtime cannot load it.
 */
const room = await openDesktopRoom();
const skip = 'skipped' in room ? room.skipped : false;
const home = mkdtempSync(join(tmpdir(), 'sitewright-programs-'));
const folder = join(home, 'practice');
const other = join(home, 'other');
let shell: ChildProcess | undefined;
const heard: ShellWords[] = [];
let listener: (() => void) | undefined;

before(async () => {
  if ('skipped' in room) return;
  await buildPrograms();
});
after(async () => {
  shell?.kill('SIGKILL');
  if ('skipped' in room) return;
  room.close();
  await removePractice(folder);
  await removePractice(other);
  rmSync(home, { recursive: true, force: true });
});

function openShell(): void {
  if ('skipped' in room) return;
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  heard.length = 0;
  shell = spawn(room.runtime.program, [...root, `--user-data-dir=${home}/shell`, join(programsFolder, 'shell.cjs')], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: { ...process.env, ...(room.display && { DISPLAY: room.display }) },
  });
  shell.on('message', (message) => {
    heard.push(message as ShellWords);
    listener?.();
  });
}

/** The next words from there. */
async function next<From extends ShellWords['from']>(from: From): Promise<Extract<ShellWords, { from: From }>> {
  for (const limit = Date.now() + 60_000; Date.now() < limit; ) {
    const at = heard.findIndex((words) => words.from === from);
    if (at !== -1) return heard.splice(at, 1)[0] as Extract<ShellWords, { from: From }>;
    const more = new Promise<void>((resolve) => {
      listener = resolve;
    });
    await Promise.race([more, wait(500)]);
  }
  throw new Error(`nothing came from ${from}`);
}

const tell = (order: ShellOrder) => void shell!.send(order);
async function carryOut(order: EngineOrder): Promise<EngineWords> {
  tell({ do: 'port', data: JSON.stringify(order) });
  return JSON.parse((await next('port')).data) as EngineWords;
}

const launch: PracticeLauncher = async (start) => {
  const words = await carryOut({ do: 'open', start });
  if (!('ready' in words)) throw new Error(JSON.stringify(words));
  return { ready: words.ready, stop: async () => void (await carryOut({ do: 'stop' })) };
};

test('the practice site is walked to its end where its servers and pods are utility processes', {
  skip,
  timeout: 240_000,
}, async (t) => {
  const bundle = await buildSample(home, await buildOldSample());
  openShell();
  assert.equal((await next('notice')).notice.type, 'ready');
  const engine = createEngine({
    home,
    scripts: installerScripts,
    passphrase: () => practicePassphrase(home),
    practice: launch,
  });
  try {
    await engine.openPractice(folder);
    const plan = engine.plan(practiceName, await engine.trustedBundle(practiceName, [bundle]));
    const run = await engine.start(practiceName, [bundle], plan.digest);
    await run.ended;
    const view = run.walk.view();
    const failed = view.stages.flatMap((stage) => stage.steps.filter((step) => step.state === 'failed'));
    assert.equal(
      view.state,
      'done',
      JSON.stringify(
        failed.map((step) => [step.id, step.error]),
        undefined,
        1,
      ),
    );
    t.diagnostic(`${view.stages.length} stages`);
  } finally {
    await engine.close();
  }
});

test('when the engine is killed, no program of the practice site stays', { skip, timeout: 60_000 }, async () => {
  shell?.kill('SIGKILL');
  openShell();
  assert.equal((await next('notice')).notice.type, 'ready');
  const words = await carryOut({
    do: 'open',
    start: { folder: other, secrets: { ssh: 's', registry: 'r', database: 'd', cluster: 'c' } },
  });
  assert.ok('ready' in words, JSON.stringify(words));
  const { databaseFolder = join(other, 'database') } = await readSettings(other);
  const [database] = readFileSync(join(databaseFolder, 'data', 'postmaster.pid'), 'utf8').split('\n');
  const servers = [words.pid, Number(database)];
  for (const id of servers) assert.ok(isAlive(id), `process ${id} is there`);
  tell({ do: 'kill' });
  await next('ended');
  await next('gone');
  for (const id of servers) assert.ok(!isAlive(id), `process ${id} is still there`);
});

function isAlive(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch {
    return false;
  }
}
