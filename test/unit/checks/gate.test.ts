import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Waiver } from '../../../electron/contract/site.ts';
import { verbatim } from '../../../electron/contract/text.ts';
import { type Finding, findingStatuses } from '../../../electron/contract/views.ts';
import { auditWaivers, blockersOf, judgeFindings } from '../../../electron/engine/checks/gate.ts';

function finding(change: Partial<Finding> = {}): Finding {
  return {
    check: 'host.load',
    stage: 'environment',
    subject: 'app-01',
    title: verbatim('t'),
    category: 'host',
    clause: 'c',
    qualification: 'IQ',
    mustPass: false,
    status: 'failed',
    expected: verbatim('e'),
    actual: verbatim('a'),
    evidence: [],
    at: '2026-01-01T00:00:00Z',
    durationMs: 0,
    ...change,
  };
}

function waiver(change: Partial<Waiver> = {}): Waiver {
  return {
    id: 'W-1',
    check: 'host.load',
    subjects: [],
    reason: 'agreed',
    approver: 'Li',
    created: '2026-01-01T00:00:00Z',
    expires: '2026-06-30',
    ...change,
  };
}

describe('the gate', () => {
  const blocking = {
    passed: false,
    warning: false,
    failed: true,
    error: true,
    'not-applicable': false,
    skipped: false,
  };
  for (const status of findingStatuses) {
    for (const mustPass of [true, false]) {
      for (const waived of [true, false]) {
        const blocks = blocking[status] && (mustPass || !waived);
        it(`${status}, ${mustPass ? 'must pass' : 'may fail'}, ${waived ? 'waived' : 'not waived'}: ${blocks ? 'blocks' : 'open'}`, () => {
          const judged = judgeFindings([finding({ status, mustPass })], waived ? [waiver()] : [], '2026-06-30');
          assert.equal(blockersOf(judged).length, blocks ? 1 : 0);
          assert.equal(judged[0]!.status, status, 'the raw status stays');
          assert.equal(
            judged[0]!.waiver !== undefined,
            waived && !mustPass && ['failed', 'error', 'warning'].includes(status),
          );
        });
      }
    }
  }

  const covers: readonly [string, Partial<Waiver>, string, boolean][] = [
    ['its last day', { expires: '2026-06-30' }, '2026-06-30', true],
    ['the day after', { expires: '2026-06-30' }, '2026-07-01', false],
    ['a named subject', { subjects: ['app-01', 'app-02'] }, '2026-02-01', true],
    ['another subject', { subjects: ['app-02'] }, '2026-02-01', false],
    ['another check', { check: 'host.swap-off' }, '2026-02-01', false],
  ];
  for (const [words, change, today, counts] of covers) {
    it(`a waiver ${counts ? 'counts' : 'does not count'} for ${words}`, () => {
      assert.equal(blockersOf(judgeFindings([finding()], [waiver(change)], today)).length, counts ? 0 : 1);
    });
  }

  it('shows must-pass failures first and hides the waiver from the blocker', () => {
    const blockers = blockersOf(
      judgeFindings(
        [
          finding({ status: 'error' }),
          finding({ subject: 'b' }),
          finding({ subject: 'c', mustPass: true, status: 'error' }),
        ],
        [],
        '2026-01-01',
      ),
    );
    assert.deepEqual(
      blockers.map(({ subject }) => subject),
      ['c', 'b', 'app-01'],
    );
  });

  it('takes the waiver that lasts longest', () => {
    const judged = judgeFindings([finding()], [waiver(), waiver({ id: 'W-2', expires: '2026-12-31' })], '2026-01-01');
    assert.equal(judged[0]!.waiver?.id, 'W-2');
  });

  it('puts every waiver into exactly one list', () => {
    const findings = [
      finding(),
      finding({ check: 'os.release', status: 'passed' }),
      finding({ check: 'host.architecture', mustPass: true }),
    ];
    const waivers = [
      waiver(),
      waiver({ id: 'W-2', check: 'os.release' }),
      waiver({ id: 'W-3', expires: '2025-12-31' }),
      waiver({ id: 'W-4', check: 'host.architecture' }),
      waiver({ id: 'W-5', check: 'gone' }),
    ];
    const audit = auditWaivers(findings, waivers, '2026-01-01');
    assert.deepEqual(
      audit.used.map((one) => one.waiver.id),
      ['W-1'],
    );
    assert.deepEqual(
      audit.unused.map(({ id }) => id),
      ['W-2', 'W-5'],
    );
    assert.deepEqual(
      audit.expired.map(({ id }) => id),
      ['W-3'],
    );
    assert.deepEqual(
      audit.refused.map(({ id }) => id),
      ['W-4'],
    );
  });
});
