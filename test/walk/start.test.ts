import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { removePractice } from '../../electron/practice/launch.ts';
import { browserForTests } from '../kit/browser.ts';

const launcher = fileURLToPath(new URL('../../build/start.mjs', import.meta.url));
const withoutBrowser = 'skipped' in browserForTests();
const homes: string[] = [];
after(async () => {
  for (const home of homes) {
    await removePractice(join(home, 'practice'));
    rmSync(home, { recursive: true, force: true });
  }
});

function newHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'sitewright-start-'));
  homes.push(home);
  return home;
}

function launch(args: readonly string[]): {
  child: ChildProcess;
  output: () => { stdout: string; stderr: string };
  ended: Promise<number | null>;
} {
  const child = spawn(process.execPath, [launcher, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  child.stdout!.on('data', (chunk: Buffer) => {
    output.stdout += chunk.toString('utf8');
  });
  child.stderr!.on('data', (chunk: Buffer) => {
    output.stderr += chunk.toString('utf8');
  });
  return { child, output: () => output, ended: new Promise((resolve) => child.on('close', resolve)) };
}

/** Processes that still hold files of a home open, or name it on their command line. */
function leftOver(home: string): readonly string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((id) => {
      try {
        const words = readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ');
        const environment = readFileSync(`/proc/${id}/environ`, 'utf8');
        return words.includes(home) || environment.includes(home) ? [`${id} ${words}`] : [];
      } catch {
        return [];
      }
    });
}

async function until(condition: () => boolean, milliseconds: number, words: string): Promise<void> {
  const limit = Date.now() + milliseconds;
  while (!condition()) {
    assert.ok(Date.now() < limit, words);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('one command walks every stage, prints progress, and ends with the report in both languages', async (t) => {
  const home = newHome();
  const walk = launch(['start', '--unattended', '--data', home, '--locale', 'en-US']);
  assert.equal(await walk.ended, 0, walk.output().stdout + walk.output().stderr);
  const { stdout } = walk.output();
  for (let stage = 1; stage <= 10; stage += 1) assert.match(stdout, new RegExp(`\\[${stage}/10\\]`));
  assert.match(stdout, /about \d+:\d\d left/);
  const paths = [...stdout.matchAll(/^(HTML|JSON|PDF)\s+(?:zh-CN|en-US)?\s*(\S+)$/gm)].map(
    (match) => [match[1], match[2]!] as const,
  );
  const kinds = paths.map(([kind]) => kind).sort();
  assert.deepEqual(kinds, withoutBrowser ? ['HTML', 'HTML', 'JSON'] : ['HTML', 'HTML', 'JSON', 'PDF', 'PDF']);
  if (withoutBrowser) assert.match(stdout, /the PDF was not made/);
  for (const [kind, path] of paths) {
    const content = readFileSync(path);
    if (kind === 'PDF') assert.equal(content.subarray(0, 5).toString(), '%PDF-');
    else assert.ok(content.length > 20_000, path);
  }
  const report = JSON.parse(readFileSync(paths.find(([kind]) => kind === 'JSON')![1], 'utf8')) as {
    verdict: { conclusion: string; mustPass: number; mustPassMet: number };
    records: unknown[];
  };
  assert.equal(report.verdict.conclusion, 'passed');
  assert.ok(report.verdict.mustPass > 50 && report.verdict.mustPassMet === report.verdict.mustPass);
  t.diagnostic(`${report.records.length} records`);
  await until(() => leftOver(home).length === 0, 4000, leftOver(home).join('\n'));

  // The kept folder opens again: the site stands, a new run finds everything in place.
  const again = launch(['--json', 'start', '--unattended', '--data', home]);
  assert.equal(await again.ended, 0, again.output().stderr);
  const { walk: second } = JSON.parse(again.output().stdout) as {
    walk: { state: string; stages: { id: string; steps: { mutates: boolean; already: boolean; id: string }[] }[] };
  };
  assert.equal(second.state, 'done');
  const applied = second.stages.flatMap((stage) => stage.steps).filter((step) => step.mutates && !step.already);
  t.diagnostic(`applied again: ${applied.map((step) => step.id).join(', ')}`);
  assert.ok(applied.length <= 4, applied.map((step) => step.id).join(', '));
});

test('Ctrl-C, and SIGKILL of the parent, leave no process behind', {
  skip: process.platform === 'win32' ? 'Windows has no such signals' : false,
}, async () => {
  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    const home = newHome();
    const walk = launch(['start', '--unattended', '--data', home]);
    await until(
      () => walk.output().stdout.includes('[6/10]') || walk.output().stdout.includes('[7/10]'),
      60_000,
      'stage 6 was not reached',
    );
    assert.ok(leftOver(home).length > 0, 'the servers were not seen');
    walk.child.kill(signal);
    const code = await walk.ended;
    if (signal === 'SIGINT') assert.equal(code, 130);
    await until(() => leftOver(home).length === 0, 8000, `${signal}: ${leftOver(home).join('\n')}`);
    assert.ok(existsSync(join(home, 'sites', 'practice', 'site.db')));
  }
});

test('without --unattended the practice site stands behind a local server until it is ended', async () => {
  const home = newHome();
  const walk = launch(['start', '--data', home, '--locale', 'en-US']);
  await until(() => /http:\/\/127\.0\.0\.1:\d+\/#\S+/.test(walk.output().stdout), 60_000, walk.output().stderr);
  const [, origin, token] = /(http:\/\/127\.0\.0\.1:\d+)\/#(\S+)/.exec(walk.output().stdout)!;
  const page = await fetch(origin!);
  assert.match(await page.text(), /Sitewright/);
  assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'/);
  const call = (path: string, authorization: string) =>
    fetch(`${origin}/rpc/${path}`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: '{}',
    });
  assert.equal((await call('site/list', 'Bearer wrong')).status, 401);
  const sites = (await (await call('site/list', `Bearer ${token}`)).json()) as { json: { name: string }[] };
  assert.deepEqual(
    sites.json.map((site) => site.name),
    ['practice'],
  );
  walk.child.kill('SIGTERM');
  await walk.ended;
  await until(() => leftOver(home).length === 0, 8000, leftOver(home).join('\n'));
});
