import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  type Finding,
  findingStatuses,
  type StageId,
  type StepView,
  type WalkView,
} from '../../electron/contract/views.ts';
import { browserForTests } from '../kit/browser.ts';
import { beginWalk, endOfWalk } from '../kit/walks.ts';
import { goTo, openWizard, tell, tellLater, type Wizard } from './window.ts';

const program = browserForTests();
const same = (words: string) => ({ 'zh-CN': words, 'en-US': words });

function finding(check: string, status: Finding['status'], change: Partial<Finding> = {}): Finding {
  return {
    check,
    stage: 'environment',
    subject: 'told-host',
    title: same(`Check ${check}`),
    category: 'os',
    clause: '11.2',
    qualification: 'IQ',
    mustPass: false,
    status,
    expected: same('yes'),
    actual: same(`found ${check}`),
    evidence: [],
    at: '2026-01-01T00:00:00.000Z',
    durationMs: 1,
    ...change,
  };
}

/** The wizard shown what a test tells it, in the engine's own words, over a walk that is done. */
describe('conventions over told walks', { skip: 'skipped' in program ? program.skipped : false }, () => {
  let wizard: Wizard;
  let walk: WalkView;
  before(async () => {
    wizard = await openWizard('browser' in program ? program.browser : '');
    await beginWalk(wizard);
    walk = await endOfWalk(wizard);
    assert.equal(walk.state, 'done');
  });
  after(() => wizard?.close());

  /** The walk as it would be in the middle of a stage: its stage and one step of it run. */
  const runningIn = (id: StageId, step: StepView): WalkView => ({
    ...walk,
    state: 'running',
    progress: 0.42,
    elapsedMs: 65_000,
    stage: walk.stages.findIndex((stage) => stage.id === id) + 1,
    stages: walk.stages.map((stage) =>
      stage.id === id
        ? {
            ...stage,
            state: 'running',
            progress: 0.5,
            steps: stage.steps.map((known) => (known.id === step.id ? step : known)),
          }
        : stage,
    ),
  });
  const stepOf = (id: StageId, kind: string): StepView => ({
    ...walk.stages.find((stage) => stage.id === id)!.steps.find((step) => step.id.startsWith(`${id}/${kind}/`))!,
    state: 'running',
    progress: 0.5,
    finishedAt: undefined,
  });

  test('convention 8: all seven states of a check stand in a page, each with its mark and its word', async () => {
    const { page } = await wizard.open({ theme: 'light', tell: tellLater });
    await goTo(page, 'Environment checks');
    const step = { ...walk.stages[1]!.steps[0]!, state: 'running' as const, progress: 0.5, finishedAt: undefined };
    await tell(
      page,
      { type: 'snapshot', walk: runningIn('environment', step) },
      ...findingStatuses.map((status) => ({ type: 'finding' as const, finding: finding(`told.${status}`, status) })),
    );
    const verdicts = page.getByRole('region', { name: 'Verdicts' });
    await verdicts.getByRole('textbox').fill('told.');
    await verdicts.getByText('6 of').waitFor();
    for (const fold of [/^Show \d+ passed/, /^Show \d+ not applicable/]) {
      const button = verdicts.getByRole('button', { name: fold });
      if ((await button.count()) > 0) await button.click();
    }
    const words = {
      passed: '✓ passed',
      warning: '! warning',
      failed: '✗ failed',
      error: '? not found out',
      'not-applicable': '– not applicable',
      skipped: '– skipped',
    };
    for (const status of findingStatuses) {
      const row = verdicts.locator('.finding', { hasText: `told.${status}` });
      assert.equal(await row.locator('.pill').first().textContent(), words[status], status);
    }
    const running = page.locator('.step', { hasText: step.target }).locator('.pill', { hasText: 'running' });
    assert.equal(await running.first().textContent(), '▶ running');
    await page.context().close();
  });

  test('convention 11: an open failure leads to the page that mends it; what is mended where it stands has no link', async () => {
    const { page } = await wizard.open({ theme: 'light', tell: tellLater });
    await goTo(page, 'Dependency checks');
    const told = (check: string, change: Partial<Finding> = {}) => ({
      type: 'finding' as const,
      finding: finding(check, 'failed', { stage: 'dependencies', ...change }),
    });
    await tell(page, told('dependency.database-tls'), told('dependency.registry-account'), told('dependency.told'));
    const row = (check: string) => page.locator('.finding', { hasText: `found ${check}` });
    for (const [check, heading] of [
      ['dependency.database-tls', 'Certificates'],
      ['dependency.registry-account', 'Site and inventory'],
    ] as const) {
      await goTo(page, 'Dependency checks');
      const toggle = row(check).locator('.finding-toggle');
      if ((await toggle.getAttribute('aria-expanded')) === 'false') await toggle.click();
      await row(check)
        .getByRole('button', { name: `Go to ${heading}` })
        .click();
      await page.getByRole('heading', { level: 2, name: heading }).waitFor();
      assert.match((await page.locator('.rail [aria-current="step"]').textContent()) ?? '', new RegExp(heading));
    }
    await goTo(page, 'Dependency checks');
    assert.equal(
      await row('dependency.told')
        .getByRole('button', { name: /^Go to/ })
        .count(),
      0,
    );
    await page.context().close();
  });

  test('convention 13: a running walk says its stage of ten, the time gone, and the time left once it is known', async () => {
    const { page } = await wizard.open({ theme: 'light', tell: tellLater });
    const running = runningIn('certificates', stepOf('certificates', 'issue'));
    await tell(page, { type: 'snapshot', walk: running });
    const footer = page.locator('.footer-progress');
    await footer.getByText(/running 42 % · stage 4 of 10 · Certificates · 1:\d\d elapsed$/).waitFor();
    await tell(page, { type: 'snapshot', walk: { ...running, etaMs: 125_000 } });
    await footer.getByText(/stage 4 of 10 · Certificates · 1:\d\d elapsed · about 2:05 left$/).waitFor();
    await page.context().close();
  });

  test('convention 14: a transfer says amount, speed and, once the rate is steady, the time left; proofs are steps of their own', async () => {
    const { page } = await wizard.open({ theme: 'light', tell: tellLater });
    await goTo(page, 'Images');
    const step = stepOf('images', 'push');
    await tell(page, { type: 'snapshot', walk: runningIn('images', step) });
    const total = 64 * 1024 * 1024;
    /** Tells readings for a while: bytes by the window's own clock, so that a slow machine changes nothing. */
    const transfer = (milliseconds: number, perMillisecond: number, leap: number) =>
      page.evaluate(`(async () => {
        const [step, began] = [${JSON.stringify(step)}, performance.now()];
        const first = window.sent ??= 0;
        for (;;) {
          const gone = performance.now() - began;
          window.sent = first + ${leap} + gone * ${perMillisecond};
          window.tellEvent({ type: 'step', stage: 'images', progress: 0.5,
            step: { ...step, attempts: 1, transfer: { done: Math.round(window.sent), total: ${total}, unit: 'bytes' } } });
          if (gone > ${milliseconds}) return;
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      })()`);
    await transfer(300, 1024, 0);
    const line = page.locator('.transfer-line');
    await line.getByText(/^[\d.]+ KiB of 64\.0 MiB$/).waitFor();
    await line.getByText('time left once the rate is steady').waitFor();
    await transfer(5000, 1024, 0);
    await line.getByText(/^(99\d\.\d|100\d\.\d|1\.0) [KM]iB per second$/).waitFor();
    await line.getByText(/^about 1:0\d left$/).waitFor();
    await transfer(1500, 1024, 24 * 1024 * 1024);
    await line.getByText('time left once the rate is steady').waitFor();
    const images = walk.stages.find((stage) => stage.id === 'images')!;
    const proofs = images.steps.filter((one) => one.id.startsWith('images/prove/'));
    assert.ok(proofs.length > 0 && proofs.every((proof) => !proof.mutates && proof.needs.length > 0));
    const show = page.getByRole('button', { name: 'Show', exact: true });
    if ((await show.count()) > 0) await show.first().click();
    for (const proof of proofs)
      assert.ok((await page.locator('.step', { hasText: proof.target }).count()) > 0, proof.id);
    await page.context().close();
  });
});
