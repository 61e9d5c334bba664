import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { registryHostOf, registryUnit } from '../../../electron/engine/images/registry-host/settings.ts';
import { parseRegistryHost, type RegistryHostState } from '../../../electron/engine/images/registry-host/state.ts';
import { freePort } from '../../../electron/practice/free-port.ts';
import { testSite } from '../../kit/context.ts';
import { orSkipped, unpackDebianPackages } from '../../kit/debian.ts';
import { goProgram } from '../../kit/go.ts';
import { installerScripts } from '../../kit/practice-home.ts';

/** The program's life under one shell, which takes the script as the driver does: sent in two pieces, started, started again, ended. States are told apart by a mark. */
const life = `set -e
mount -t tmpfs tmpfs /opt
mount -t tmpfs tmpfs /var/log
mount -t tmpfs tmpfs "$folder/etc"
cp -a /etc/. "$folder/etc"
mount --bind "$folder/etc" /etc
mkdir -p /etc/sitewright/registry
cp "$folder/config.yml" /etc/sitewright/registry
call() { operation=$1; shift; $shell -c 'eval "$(cat "$script")"' registry-host.sh "$operation" /opt/registry "$@"; }
state() { echo "#### $1"; call state "$digest" "$port" "$folder/data" </dev/null; }
state absent
head -c 20000000 "$program" | call receive "$digest" "$size" 0 || echo "cut: $?"
state cut
tail -c +20000001 "$program" | call receive "$digest" "$size" 20000000
state brought
call start "$digest" "$port" </dev/null
state started
echo "# changed" >>/etc/sitewright/registry/config.yml
state changed
call start "$digest" "$port" </dev/null
state again
call stop </dev/null
state stopped
`;

async function states(
  shell: readonly string[],
  path: string,
): Promise<{ readonly words: string; readonly of: (mark: string) => RegistryHostState }> {
  const program = await goProgram('registry');
  const content = readFileSync(program);
  const folder = mkdtempSync(join(tmpdir(), 'sitewright-shells-'));
  try {
    mkdirSync(join(folder, 'etc'));
    const port = await freePort();
    const storage = `storage: { filesystem: { rootdirectory: ${folder}/data } }`;
    writeFileSync(join(folder, 'config.yml'), `version: '0.1'\n${storage}\nhttp: { addr: '127.0.0.1:${port}' }\n`);
    const ran = spawnSync('unshare', ['-m', 'sh', '-c', life], {
      timeout: 120_000,
      env: {
        PATH: process.env.PATH,
        ...{ folder, program, port: String(port), size: String(content.length) },
        script: join(installerScripts, 'registry-host.sh'),
        digest: createHash('sha256').update(content).digest('hex'),
        shell: [...(path === '' ? [] : ['env', `PATH=${path}`]), ...shell].join(' '),
      },
    });
    const words = `${ran.stdout}${ran.stderr}`;
    assert.equal(ran.status, 0, words);
    const parts = new Map(
      ran.stdout
        .toString()
        .split(/^#### /m)
        .map((part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1)] as const),
    );
    return { words, of: (mark) => parseRegistryHost('host', parts.get(mark) ?? '') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function lives(t: TestContext, shell: readonly string[], path = ''): Promise<void> {
  if (process.getuid?.() !== 0) return t.skip('not root');
  const program = await orSkipped(() => goProgram('registry'), 'no registry');
  if (typeof program !== 'string') return t.skip(program.skipped);
  const { words, of } = await states(shell, path);
  assert.match(words, /cut: 75\n/);
  assert.deepEqual([of('absent').part, of('absent').program, of('absent').holder], [0, '', undefined]);
  assert.deepEqual([of('cut').part, of('cut').program], [20_000_000, '']);
  assert.deepEqual([of('brought').part, of('brought').program.length, of('brought').own], [0, 64, undefined]);
  assert.ok((of('brought').dataSpace.free ?? 0) > 0);
  for (const mark of ['started', 'changed', 'again']) assert.equal(of(mark).holder?.pid, of(mark).own, mark);
  const fresh = (mark: string) => of(mark).inputs === of(mark).started;
  assert.deepEqual(['started', 'changed', 'again'].map(fresh), [true, false, true]);
  assert.notEqual(of('again').own, of('started').own);
  assert.deepEqual([of('stopped').own, of('stopped').holder], [undefined, undefined]);
}

for (const shell of ['dash', 'bash']) {
  test(`the registry is brought, started and ended under ${shell}`, async (t) => {
    if (spawnSync('sh', ['-c', `command -v ${shell}`]).status !== 0) return t.skip(`${shell} is not installed`);
    await lives(t, [shell]);
  });
}

test('the registry is brought, started and ended where there is nothing but BusyBox', async (t) => {
  const unpacked = await orSkipped(() => unpackDebianPackages('busybox', ['busybox-static']), 'no BusyBox');
  if ('skipped' in unpacked) return t.skip(unpacked.skipped);
  const program = ['bin/busybox', 'usr/bin/busybox'].map((name) => join(unpacked.root, name)).find(existsSync)!;
  const folder = mkdtempSync(join(tmpdir(), 'sitewright-busybox-'));
  try {
    for (const name of execFileSync(program, ['--list']).toString().trim().split('\n'))
      symlinkSync(program, join(folder, name));
    await lives(t, [join(folder, 'sh')], folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('systemd has nothing to say against the unit', (t) => {
  if (spawnSync('sh', ['-c', 'command -v systemd-analyze']).status !== 0) return t.skip('no systemd-analyze');
  const folder = mkdtempSync(join(tmpdir(), 'sitewright-unit-'));
  try {
    const site = testSite();
    const registry = registryHostOf({ registry: { ...site.registry!, managed: { dataFolder: '/srv/images' } } })!;
    const file = join(folder, 'sitewright-registry.service');
    // The program that it names has to be there.
    const unit = registryUnit(registry, 'ab').replace(/ExecStart=\S+/, `ExecStart=${process.execPath}`);
    writeFileSync(file, unit);
    const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', file]);
    assert.equal(`${stdout}${stderr}`, '');
    assert.equal(status, 0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
