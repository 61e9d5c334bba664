import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { catalogue } from '../../../electron/engine/checks/catalogue.ts';
import { parseCollected } from '../../../electron/engine/checks/collect.ts';
import type { Collected } from '../../../electron/engine/checks/facts.ts';
import { judgeHosts } from '../../../electron/engine/checks/judge.ts';
import { orSkipped, unpackDebianPackages } from '../../kit/debian.ts';
import { plain, release, site } from './fixture.ts';

const script = readFileSync(join(import.meta.dirname, '../../../installer-scripts/collect.sh'));

function run(
  shell: readonly string[],
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<Collected> {
  const sentAt = Date.now();
  return new Promise((resolve, reject) => {
    const child = spawn(shell[0]!, [...shell.slice(1), '-s', '--', 'M4RK', ...args], { env });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (words: string) => {
      stdout += words;
    });
    child.stderr.setEncoding('utf8').on('data', (words: string) => {
      stderr += words;
    });
    child.once('error', reject);
    child.once('close', () => resolve(parseCollected('M4RK', { stdout, stderr }, { sentAt, receivedAt: Date.now() })));
    child.stdin.end(script);
  });
}

/** Processes with this command line. */
function running(command: string): readonly string[] {
  return readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(join('/proc', name, 'cmdline'), 'utf8') === command;
    } catch {
      return false;
    }
  });
}

function found(command: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
}

const shells = [['sh'], ['dash'], ['bash'], ['bash', '--posix'], ['busybox', 'sh']].filter(([command]) =>
  found(command!),
);

describe('collect.sh', { skip: process.platform !== 'linux' && 'the collector is for Linux hosts' }, () => {
  for (const shell of shells) {
    it(`answers every section under ${shell.join(' ')}`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'collect-'));
      try {
        const facts = await run(shell, [
          'user=root',
          `path=${folder}/a b/c`,
          'path=/',
          'name=localhost',
          'tcp=registry|127.0.0.1|1',
        ]);
        const broken = Object.entries(facts.sections).filter(([, { state }]) => state !== 'complete');
        assert.deepEqual(broken, []);
        assert.ok(facts.complete && facts.noise === '' && Object.keys(facts.sections).length >= 45);
        assert.ok(Math.abs(facts.clock!.offsetMs) <= facts.clock!.uncertaintyMs + 1, JSON.stringify(facts.clock));
        assert.equal(facts.sections.tcp?.stdout.trim(), 'registry|127.0.0.1|1|refused');
        assert.match(
          facts.sections['path-1']!.stdout,
          new RegExp(`path=${folder}/a b/c\nstate=absent\nnear=${folder}\n`),
        );
        assert.match(facts.sections.sysctl!.stdout, /^kernel\/pid_max=\d+$/m);
        const host = { ...site.hosts[0]!, name: 'here' };
        const judged = judgeHosts(catalogue, {
          site: { ...site, hosts: [host] },
          release,
          profile: plain,
          collected: new Map([['here', facts]]),
        });
        const unread = judged.filter(
          ({ status, why }) => status === 'error' && /itself failed/.test(JSON.stringify(why)),
        );
        assert.deepEqual(unread, []);
        assert.equal(judged.find(({ check }) => check === 'host.cpu-count')!.status === 'error', false);
        assert.deepEqual(readdirSync(folder), [], 'it writes nothing');
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }

  for (const keeper of [[], ['keeper=watchdog']]) {
    it(`stops a command that hangs, ${keeper.length === 0 ? 'by timeout' : 'by its own watchdog'}, and goes on`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'collect-'));
      try {
        // A df that hangs in a child of its own, as on a dead mount.
        writeFileSync(join(folder, 'df'), '#!/bin/sh\nsleep 97 & wait\n', { mode: 0o755 });
        const begun = Date.now();
        const facts = await run(['sh'], ['limit=1', ...keeper, 'path=/srv', 'name=localhost'], {
          ...process.env,
          PATH: `${folder}:${process.env.PATH}`,
        });
        assert.equal(facts.sections['path-1']?.state, 'timeout');
        assert.equal(facts.sections['name-2']?.state, 'complete');
        assert.equal(facts.complete, true);
        assert.ok(Date.now() - begun < 20_000);
        // A killed process stands in the list until the system has taken it away.
        for (let tries = 0; tries < 40 && running('sleep\0' + '97\0').length > 0; tries += 1) await wait(50);
        assert.deepEqual(running('sleep\0' + '97\0'), [], 'nothing is left running');
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }

  it('cuts an endless answer at 64 KiB', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'collect-'));
    try {
      writeFileSync(join(folder, 'uname'), '#!/bin/sh\nexec yes endless\n', { mode: 0o755 });
      const facts = await run(['sh'], ['only=arch'], { ...process.env, PATH: `${folder}:${process.env.PATH}` });
      assert.ok(facts.sections.arch!.truncated && facts.sections.arch!.stdout.length <= 65536);
      assert.equal(facts.complete, true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('hides passwords of proxies', async () => {
    const facts = await run(['sh'], ['only=proxy'], { ...process.env, https_proxy: 'http://ada:geheim@proxy:3128' });
    assert.match(facts.sections.proxy!.stdout, /\*\*\*@proxy:3128/);
    assert.doesNotMatch(facts.sections.proxy!.stdout, /geheim/);
  });

  it('does nothing when it arrives cut', () => {
    const half = script.subarray(0, script.length - 40);
    const result = spawnSync('sh', ['-s', '--', 'M4RK'], { input: half });
    assert.equal(result.stdout.toString(), '');
  });

  it('runs where there is nothing but BusyBox', async (t) => {
    const unpacked = await orSkipped(() => unpackDebianPackages('busybox', ['busybox-static']), 'no BusyBox');
    if ('skipped' in unpacked) return t.skip(unpacked.skipped);
    const program = ['bin/busybox', 'usr/bin/busybox']
      .map((name) => join(unpacked.root, name))
      .find((file) => existsSync(file))!;
    const folder = mkdtempSync(join(tmpdir(), 'collect-'));
    try {
      for (const name of execFileSync(program, ['--list']).toString().trim().split('\n'))
        symlinkSync(program, join(folder, name));
      // The script adds the usual folders at the end; BusyBox's own commands come first.
      const facts = await run([program, 'sh'], ['path=/srv', 'tcp=registry|127.0.0.1|1'], {
        PATH: folder,
        HOME: '/root',
      });
      assert.deepEqual(
        Object.entries(facts.sections).filter(([, { state }]) => state !== 'complete'),
        [],
      );
      assert.equal(facts.complete, true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
