import assert from 'node:assert/strict';
import { test } from 'node:test';
import { say } from '../../../electron/contract/text.ts';
import type { Release } from '../../../electron/engine/bundle/release.ts';
import type { StepKind } from '../../../electron/engine/plan/step.ts';
import { thisProgram } from '../../../electron/engine/report/program.ts';
import { acceptanceStage } from '../../../electron/engine/stages/acceptance/stage.ts';
import { testContext, testSite } from '../../kit/context.ts';
import { finding } from './fixture.ts';

const paths = { 'zh-CN': 'documents/zh-CN/guide.md', 'en-US': 'documents/en-US/guide.md' };

function releaseWith(contents: Readonly<Record<string, string>>): Release {
  const texts = new Map(
    Object.entries(contents).map(([path, content]) => [path, { path, digest: `sha256:${'e'.repeat(64)}`, content }]),
  );
  const file = {
    name: 'energy',
    version: '1.0.0',
    documents: [{ title: { 'zh-CN': '指南', 'en-US': 'Guide' }, file: paths }],
  };
  return {
    file,
    texts,
    digest: '',
    signature: { found: true, valid: true, key: '' },
    images: [],
    blobs: new Map(),
  } as unknown as Release;
}

async function verify(kind: string, parts: ReturnType<typeof testContext>, input: unknown): Promise<void> {
  const step: StepKind | undefined = acceptanceStage.steps[kind];
  await step?.verify?.(parts.context, input);
}

test('the stage plans the documents, then the conclusion', () => {
  const steps = acceptanceStage.plan({ site: testSite(), release: releaseWith({}) });
  assert.deepEqual(
    steps.map((step) => [step.id, step.mutates, [...step.needs]]),
    [
      ['acceptance/documents/release', false, []],
      ['acceptance/conclude/site', false, ['acceptance/documents/release']],
    ],
  );
});

test('each document is kept as evidence that names its file; one that is missing or empty fails', async () => {
  const complete = testContext({
    stage: 'acceptance',
    release: releaseWith({ [paths['zh-CN']]: '# 指南', [paths['en-US']]: '# Guide' }),
  });
  await verify('documents', complete, { files: [] });
  assert.equal(complete.recorded.findings[0]?.status, 'passed');
  assert.deepEqual(
    complete.recorded.evidence.map((one) => one.title),
    [
      'Document handed over, "Guide": documents/zh-CN/guide.md',
      'Document handed over, "Guide": documents/en-US/guide.md',
    ],
  );
  for (const contents of [{ [paths['zh-CN']]: '# 指南' }, { [paths['zh-CN']]: '# 指南', [paths['en-US']]: ' \n' }]) {
    const incomplete = testContext({ stage: 'acceptance', release: releaseWith(contents) });
    await verify('documents', incomplete, { files: [] });
    assert.equal(incomplete.recorded.findings[0]?.status, 'failed');
  }
});

test('the conclusion counts what must pass, and keeps the record with the program that judged', async () => {
  for (const [status, expected] of [
    ['passed', 'passed'],
    ['failed', 'failed'],
    ['error', 'failed'],
  ] as const) {
    const parts = testContext({ stage: 'acceptance', release: releaseWith({}) });
    parts.recorded.findings.push(
      finding({ check: 'a', mustPass: true, status }),
      finding({ check: 'b', mustPass: true }),
      finding({ check: 'c', status: 'failed' }),
    );
    await verify('conclude', parts, { release: 'energy 1.0.0' });
    const last = parts.recorded.findings.at(-1);
    assert.equal(last?.status, expected);
    assert.equal(last && say('en-US', last.actual), status === 'passed' ? '2 / 2' : '1 / 2');
    const record = JSON.parse(String(parts.recorded.evidence[0]?.content)) as {
      program: unknown;
      verdict: { mustPass: number };
    };
    assert.deepEqual(record.program, thisProgram());
    assert.equal(record.verdict.mustPass, 2);
  }
});
