// `npm test`: types, lint and walls, then every test file. The last line counts them: "N passed, N failed, N skipped".
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const chosen = process.argv.slice(2);

/** Quick files side by side; those that walk a whole practice site, drive a browser or measure time one after the other, at the end. */
const heavy =
  /^test\/(walk|fault|e2e|desktop|lab\/kubelet)\/|^test\/unit\/(suite\/(energy|load|runner)|sample\/load)\.test\.ts$/;

function testFiles(): readonly string[] {
  return readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .map((name) => join(root, 'test', name))
    .filter((file) => file.endsWith('.test.ts'))
    .filter((file) => chosen.length === 0 || chosen.some((part) => file.includes(part)))
    .sort();
}

const count = { passed: 0, failed: 0, skipped: 0 };
const failures: string[] = [];
const took: { readonly file: string; readonly seconds: number }[] = [];

async function runFiles(files: readonly string[], concurrency: number): Promise<void> {
  if (files.length === 0) return;
  const stream = run({ files: [...files], concurrency, timeout: 20 * 60_000 });
  stream.on('test:pass', (data) => {
    if (data.details.type === 'suite') return;
    if (data.skip !== undefined && data.skip !== false) {
      count.skipped += 1;
      // In CI a part that is missing is a failure, not a skip.
      if (process.env.CI === 'true') failures.push(`skipped in CI: ${data.name} (${String(data.skip)})`);
    } else count.passed += 1;
  });
  stream.on('test:fail', (data) => {
    if (data.details.type === 'suite') return;
    count.failed += 1;
    failures.push(`${data.file === undefined ? '' : relative(root, data.file)}: ${data.name}`);
  });
  stream.on('test:summary', ({ file, duration_ms }) => {
    if (file !== undefined) took.push({ file: relative(root, file), seconds: duration_ms / 1000 });
  });
  await new Promise<void>((resolve, reject) => {
    const report = stream.compose(new spec());
    report.on('data', (chunk: unknown) => process.stdout.write(String(chunk)));
    report.on('end', resolve);
    report.on('error', reject);
  });
}

if (chosen.length === 0) {
  const checked = spawnSync(process.execPath, [join(root, 'build', 'check.ts')], { cwd: root, stdio: 'inherit' });
  if (checked.status === 0) count.passed += 1;
  else {
    count.failed += 1;
    failures.push('npm run check');
  }
}
const files = testFiles();
const isHeavy = (file: string) => heavy.test(relative(root, file).replaceAll('\\', '/'));
await runFiles(
  files.filter((file) => !isHeavy(file)),
  2,
);
await runFiles(files.filter(isHeavy), 1);

const slowest = took.sort((a, b) => b.seconds - a.seconds).slice(0, 10);
for (const { file, seconds } of slowest) process.stdout.write(`${seconds.toFixed(0).padStart(5)} s  ${file}\n`);
for (const failure of failures) process.stdout.write(`✗ ${failure}\n`);
const failed = count.failed + (process.env.CI === 'true' ? count.skipped : 0);
process.stdout.write(`${count.passed} passed, ${failed} failed, ${count.skipped} skipped\n`);
process.exit(failed === 0 ? 0 : 1);
