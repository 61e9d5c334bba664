import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytes, createOutput, duration, table } from '../../../electron/cli/output.ts';
import { followWalk, walkExitCode } from '../../../electron/cli/progress.ts';
import { type ErrorCode, SitewrightError } from '../../../electron/contract/errors.ts';
import { text, verbatim } from '../../../electron/contract/text.ts';
import {
  findingStatuses,
  type RunState,
  type StageView,
  type WalkEvent,
  type WalkView,
} from '../../../electron/contract/views.ts';

type Parts = { failed?: number; error?: number; blockers?: number; errors?: readonly ErrorCode[]; own?: ErrorCode };

function walk(state: RunState, { failed = 0, error = 0, blockers = 0, errors = [], own }: Parts = {}): WalkView {
  const counts = {
    ...Object.fromEntries(findingStatuses.map((status) => [status, 0])),
    failed,
    error,
  } as StageView['counts'];
  const step = (code: ErrorCode, at: number) => ({
    id: `data/do/${at}`,
    stage: 'data' as const,
    target: 'app-01',
    effects: [verbatim('does')],
    mutates: true,
    needs: [],
    weight: 1,
    state: 'failed' as const,
    already: false,
    attempts: 1,
    progress: 0,
    error: new SitewrightError(code).view(),
  });
  const stage: StageView = {
    id: 'data',
    title: text('run.stage.data'),
    state: 'failed',
    progress: 0,
    steps: errors.map(step),
    counts,
    blockers: Array.from({ length: blockers }, () => verbatim('blocked')),
  };
  return {
    site: 'plant',
    run: 'r',
    state,
    progress: 0,
    elapsedMs: 0,
    stage: 1,
    stageCount: 1,
    stages: [stage],
    ...(own && { error: new SitewrightError(own).view() }),
  };
}

test('a walk ends with 0 done, 1 failed, 3 not found out, 130 cancelled', () => {
  const cases: readonly (readonly [number, RunState, Parts, string])[] = [
    [0, 'done', { failed: 2, blockers: 0 }, 'done, with waived failures'],
    [1, 'failed', { errors: ['host-disk-full'] }, 'a step that failed'],
    [3, 'failed', { errors: ['ssh-unreachable'] }, 'a host that could not be asked'],
    [3, 'failed', { errors: ['ssh-unreachable', 'ssh-timeout'] }, 'two of them'],
    [1, 'failed', { errors: ['ssh-unreachable', 'host-disk-full'] }, 'a failure among them'],
    [1, 'failed', { own: 'internal' }, 'a bug'],
    [1, 'blocked', { failed: 1, blockers: 1 }, 'a failed verdict blocks'],
    [3, 'blocked', { error: 1, blockers: 1 }, 'an unknown verdict blocks'],
    [1, 'blocked', { failed: 1, error: 1, blockers: 2 }, 'both'],
    [130, 'cancelled', { errors: ['cancelled'] }, 'cancelled'],
    [130, 'interrupted', {}, 'interrupted'],
  ];
  for (const [code, state, parts, what] of cases) assert.equal(walkExitCode(walk(state, parts)), code, what);
});

test('a walk is followed to its end; a watch that breaks off is an error', async () => {
  const lines: string[] = [];
  const output = { ...createOutput({ json: false, locale: 'en-US' }), note: (line: string) => void lines.push(line) };
  const end = walk('failed', { errors: ['host-disk-full'], blockers: 1, failed: 2 });
  async function* events(last: boolean): AsyncGenerator<WalkEvent> {
    yield { type: 'snapshot', walk: walk('running') };
    yield { type: 'stage', stage: end.stages[0]! };
    if (last) yield { type: 'end', walk: end };
  }
  assert.equal(await followWalk(events(true), output), end);
  assert.match(lines.join('\n'), /✗ \[1\/1\] Data: failed \(failed 2\).*\n\s+blocked\n\s+app-01: /);
  await assert.rejects(followWalk(events(false), output));
});

test('figures and columns as people read them', () => {
  assert.deepEqual([0, 61_000, 3_661_000, 59_600].map(duration), ['0:00', '1:01', '1:01:01', '1:00']);
  assert.deepEqual([0, 1023, 1024, 1_610_612_736].map(bytes), ['0 B', '1023 B', '1.0 KiB', '1.5 GiB']);
  assert.deepEqual(
    table([
      ['名称', 'x'],
      ['a', 'y'],
    ]),
    ['名称  x', 'a     y'],
    'a wide character counts two',
  );
});
