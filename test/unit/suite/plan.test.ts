import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { say } from '../../../electron/contract/text.ts';
import type { Finding } from '../../../electron/contract/views.ts';
import { type Release, releaseFileSchema } from '../../../electron/engine/bundle/release.ts';
import { verificationStage } from '../../../electron/engine/stages/verification/stage.ts';
import { ctrf, junitXml } from '../../../electron/engine/suite/export.ts';
import { testSite } from '../../kit/context.ts';

const bundle = fileURLToPath(new URL('../../../bundles/energy/', import.meta.url));

async function sampleRelease(): Promise<Release> {
  const file = releaseFileSchema.parse(parse(await readFile(`${bundle}release.yaml`, 'utf8')));
  const texts = await Promise.all(
    file.suites.map(
      async (path) => [path, { path, digest: '', content: await readFile(bundle + path, 'utf8') }] as const,
    ),
  );
  return {
    file,
    digest: 'sha256:1',
    signature: { found: true, valid: true, key: '' },
    images: [],
    texts: new Map(texts),
    blobs: new Map(),
  };
}

test('the plan has one step per suite, in a row, and says what it writes and how it loads', async () => {
  const input = { site: testSite(), release: await sampleRelease() };
  const plan = verificationStage.plan(input);
  assert.deepEqual(plan, verificationStage.plan(input));
  const ids = ['health', 'function', 'performance', 'security'].map((name) => `verification/suite/${name}`);
  assert.deepEqual(
    plan.map((step) => step.id),
    ids,
  );
  assert.deepEqual(
    plan.map((step) => step.needs),
    [[], [ids[0]], [ids[1]], [ids[2]]],
  );
  assert.deepEqual(
    plan.map((step) => step.mutates),
    [false, true, true, true],
  );
  const words = (index: number) => plan[index]!.effects.map((one) => say('en-US', one)).join('\n');
  assert.match(words(0), /Reads only/);
  assert.match(words(1), /Writes, and removes again: one meter/);
  assert.match(words(2), /Load: GET \/api\/v1\/meters, up to 150 requests per second for 6 s/);
});

test('an id that two suites use is refused when planning', async () => {
  const release = await sampleRelease();
  const health = release.texts.get('suites/health.yaml')!;
  const texts = new Map(release.texts).set('suites/security.yaml', { ...health, path: 'suites/security.yaml' });
  assert.throws(() => verificationStage.plan({ site: testSite(), release: { ...release, texts } }), /occurs twice/);
});

const finding = (check: string, status: Finding['status'], actual: string): Finding => ({
  check,
  stage: 'verification',
  subject: 'api',
  title: { 'zh-CN': '用例', 'en-US': 'Case' },
  category: check.split('.')[0]!,
  clause: '11.2',
  qualification: 'OQ',
  mustPass: true,
  status,
  expected: { 'zh-CN': '期望', 'en-US': 'expected <1>' },
  actual: { 'zh-CN': actual, 'en-US': actual },
  evidence: ['E-0001'],
  at: '2026-01-01T00:00:01.000Z',
  durationMs: 250,
});
const findings = [
  finding('a.one', 'passed', 'ok'),
  finding('a.two', 'failed', '"x" & <y>\u0000'),
  finding('b.three', 'error', '?'),
  finding('b.four', 'not-applicable', '-'),
  finding('b.five', 'warning', 'w'),
];
const options = { locale: 'en-US', name: 'energy 4.2.0', toolVersion: '0.1.0' } as const;

test('JUnit: counts, messages and characters that XML cannot hold', () => {
  const xml = junitXml(findings, options);
  assert.match(xml, /<testsuites name="energy 4\.2\.0" tests="5" failures="1" errors="1" skipped="1" time="1\.250">/);
  assert.match(xml, /<testsuite name="a" tests="2" failures="1" errors="0"/);
  assert.match(xml, /<failure message="&quot;x&quot; &amp; &lt;y&gt;">/);
  assert.ok(!xml.includes('\u0000'));
});

test('CTRF: the summary fits the tests', () => {
  const { results } = JSON.parse(ctrf(findings, options)) as {
    results: { summary: Record<string, number>; tests: { status: string; rawStatus: string }[] };
  };
  const { tests, passed, failed, skipped, other, start, stop } = results.summary;
  assert.deepEqual([tests, passed, failed, skipped, other], [5, 2, 1, 1, 1]);
  assert.equal(stop! - start!, 250);
  assert.deepEqual(
    results.tests.map((one) => one.rawStatus),
    ['passed', 'failed', 'error', 'not-applicable', 'warning'],
  );
});
