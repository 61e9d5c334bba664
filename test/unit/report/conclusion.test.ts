import assert from 'node:assert/strict';
import { test } from 'node:test';
import { say } from '../../../electron/contract/text.ts';
import type { FindingStatus, JudgedFinding, RunState } from '../../../electron/contract/views.ts';
import { concludeAcceptance, countFindings, sayVerdict } from '../../../electron/engine/evidence/conclusion.ts';
import { finding } from './fixture.ts';

const waiver = { id: 'W-1', reason: 'r', approver: 'a', expires: '2026-12-31' };

function result(status: FindingStatus, change: Partial<JudgedFinding> = {}): JudgedFinding {
  return { ...finding({ check: `c.${status}` }), status, ...change };
}

const passed = result('passed', { mustPass: true });
const cases: readonly (readonly [
  string,
  readonly JudgedFinding[],
  RunState,
  string,
  { open?: number; waived?: number; met?: string },
])[] = [
  ['everything passed', [passed, result('passed')], 'done', 'passed', { met: '1/1' }],
  ['a warning does not decide', [passed, result('warning')], 'done', 'passed', {}],
  ['a must-pass warning is met', [result('warning', { mustPass: true })], 'done', 'passed', { met: '1/1' }],
  ['a waived warning sets no condition', [passed, result('warning', { waiver })], 'done', 'passed', {}],
  ['failed without a waiver', [passed, result('failed')], 'done', 'failed', { open: 1 }],
  ['unknown without a waiver', [passed, result('error')], 'done', 'failed', { open: 1 }],
  ['failed with a waiver', [passed, result('failed', { waiver })], 'done', 'conditional', { waived: 1 }],
  ['unknown with a waiver', [passed, result('error', { waiver })], 'done', 'conditional', { waived: 1 }],
  [
    'one waived, one open',
    [passed, result('failed', { waiver }), result('error')],
    'done',
    'failed',
    { waived: 1, open: 1 },
  ],
  ['a must-pass failure', [passed, result('failed', { mustPass: true })], 'done', 'failed', { open: 1, met: '1/2' }],
  [
    'a waiver over a must-pass failure counts for nothing',
    [result('failed', { mustPass: true, waiver })],
    'done',
    'failed',
    { open: 1, waived: 0, met: '0/1' },
  ],
  [
    'an undetermined must-pass result',
    [result('error', { mustPass: true })],
    'done',
    'failed',
    { open: 1, met: '0/1' },
  ],
  [
    'a skipped must-pass result is missing',
    [passed, result('skipped', { mustPass: true })],
    'done',
    'failed',
    { open: 1, met: '1/2' },
  ],
  ['another skipped result was not demanded', [passed, result('skipped')], 'done', 'passed', { met: '1/1' }],
  [
    'what does not apply is not counted',
    [passed, result('not-applicable', { mustPass: true })],
    'done',
    'passed',
    { met: '1/1' },
  ],
  ['nothing judged', [], 'done', 'failed', {}],
  ['only what does not apply', [result('not-applicable')], 'done', 'failed', {}],
  ...(['running', 'failed', 'blocked', 'cancelled', 'interrupted'] as const).map(
    (state) => [`a walk that is ${state}`, [passed], state, 'failed', { open: 0 }] as const,
  ),
];

for (const [name, findings, state, conclusion, expected] of cases) {
  test(`${name}: ${conclusion}`, () => {
    const verdict = concludeAcceptance(findings, state);
    assert.equal(verdict.conclusion, conclusion);
    assert.equal(verdict.complete, state === 'done');
    if (expected.open !== undefined) assert.equal(verdict.open, expected.open);
    if (expected.waived !== undefined) assert.equal(verdict.waived, expected.waived);
    if (expected.met !== undefined) assert.equal(`${verdict.mustPassMet}/${verdict.mustPass}`, expected.met);
    assert.equal(verdict.total, verdict.passed + verdict.warnings + verdict.failed + verdict.unknown);
    assert.equal(verdict.failed + verdict.unknown, verdict.waived + verdict.open);
    assert.equal(verdict.total + verdict.notApplicable, findings.length);
  });
}

test('the sentence has every number that is not zero, in both languages', () => {
  const findings = [
    passed,
    result('warning'),
    result('failed', { waiver }),
    result('error'),
    result('failed', { mustPass: true }),
  ];
  const verdict = concludeAcceptance(findings, 'blocked');
  assert.equal(
    say('en-US', sayVerdict(verdict)),
    '1 of 2 must-pass results are not met; 5 results in all: 1 passed, 1 with a warning, 2 failed, 1 could not be determined, 1 of these waived, 2 open. The deployment has not come to its end.',
  );
  assert.equal(
    say('zh-CN', sayVerdict(verdict)),
    '必须通过的 2 项中有 1 项未达到；共 5 项结论：通过 1 项，警告 1 项，失败 2 项，无法判定 1 项，其中已豁免 1 项，未关闭 2 项。部署尚未全部完成。',
  );
  assert.equal(say('en-US', sayVerdict(concludeAcceptance([], 'done'))), 'Nothing was judged yet.');
});

test('the parts add up to the whole', () => {
  const findings = [passed, result('warning'), result('failed', { waiver }), result('not-applicable')];
  const halves = [countFindings(findings.slice(0, 2)), countFindings(findings.slice(2))];
  for (const [name, total] of Object.entries(countFindings(findings))) {
    assert.equal(
      halves.reduce((sum, half) => sum + half[name as 'total'], 0),
      total,
      name,
    );
  }
});
