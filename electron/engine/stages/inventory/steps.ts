import { asSitewrightError, type ErrorCode, SitewrightError } from '../../../contract/errors.ts';
import { type Host, isSystemHost } from '../../../contract/site.ts';
import { type Text, text, verbatim } from '../../../contract/text.ts';
import type { Collected } from '../../checks/facts.ts';
import { inventoryChecks } from '../../checks/inventory.ts';
import { judgementOf } from '../../checks/judge.ts';
import { compare, expectation, quantity } from '../../checks/limits.ts';
import type { CheckHead, Verdict } from '../../checks/model.ts';
import { profileOf } from '../../checks/profile.ts';
import { runCollector } from '../../checks/run-collector.ts';
import type { StepContext, StepKind } from '../../plan/step.ts';
import type { ConnectInput } from './model.ts';

/** What the host or the account refuses, as against a host that could not be asked. */
const refusals: readonly ErrorCode[] = ['ssh-auth-failed', 'ssh-host-key-changed', 'host-sudo-refused'];

/**
 * Logs on and runs the collector's first section. A connection that does not come about is a finding, so that the report
 * holds it, and thrown as well: the step was not done, and going on from here tries again.
 */
export const connectStep: StepKind<ConnectInput> = {
  verify: async (context, input) => {
    const host = context.site.hosts.find(({ name }) => name === input.host);
    if (host === undefined) throw new SitewrightError('site-invalid', { file: 'site.json', problem: input.host });
    const begun = performance.now();
    const record = recorder(context, host, begun);
    const connectExpected = text('checks.expected.ssh-connect', { user: host.user });
    let connected = false;
    try {
      const remote = await context.drivers.ssh(host);
      connected = true;
      const logonMs = performance.now() - begun;
      record(inventoryChecks.connect, connectExpected, {
        status: 'passed',
        actual: text('checks.actual.logged-on', { key: remote.hostKey }),
      });
      if (!isSystemHost(host)) return recordLatency(context, record, logonMs / 1000);
      const { facts } = await runCollector(context, remote, ['only=shell', 'limit=10']);
      recordAnswer(context, record, host, facts);
      recordLatency(context, record, Math.max(logonMs, facts.durationMs) / 1000);
    } catch (thrown) {
      const error = asSitewrightError(thrown);
      if (error.code !== 'cancelled') {
        const { message, cause, next } = error.view();
        const status = refusals.includes(error.code) ? 'failed' : 'error';
        const verdict: Verdict = { status, actual: message, why: cause, fix: { text: next } };
        if (error.code === 'host-sudo-refused' || connected) {
          record(inventoryChecks.become, text(`checks.expected.become.${host.become}`), verdict);
        } else record(inventoryChecks.connect, connectExpected, verdict);
      }
      throw error;
    }
  },
};

type Recorder = (check: CheckHead, expected: Text, verdict: Verdict) => void;

function recorder(context: StepContext, host: Host, begun: number): Recorder {
  return (check, expected, verdict) => {
    const judgement = judgementOf(check, host.name, verdict, expected);
    context.finding({ ...judgement, evidence: [], durationMs: Math.round(performance.now() - begun) });
  };
}

function recordAnswer(context: StepContext, record: Recorder, host: Host, facts: Collected): void {
  const shell = facts.sections.shell;
  const answered = shell?.state === 'complete' && shell.code === 0;
  const [uid = ''] = (shell?.stdout ?? '').trim().split('\n');
  const words = context.vault.mask(facts.noise.slice(0, 120));
  record(
    inventoryChecks.shell,
    text('checks.expected.shell'),
    answered
      ? { status: 'passed', actual: verbatim('sh') }
      : {
          status: 'failed',
          actual:
            words === '' ? text('checks.unknown.cut', { section: 'shell' }) : text('checks.actual.noise', { words }),
        },
  );
  const become = text(`checks.expected.become.${host.become}`);
  record(
    inventoryChecks.become,
    become,
    answered
      ? { status: uid === '0' ? 'passed' : 'failed', actual: text('checks.actual.uid', { uid }) }
      : {
          status: 'error',
          actual: text('checks.unknown.actual'),
          why: text('checks.unknown.missing', { section: 'shell' }),
        },
  );
  record(
    inventoryChecks.cleanOutput,
    text('checks.expected.clean-output'),
    facts.noise === ''
      ? { status: 'passed', actual: text('checks.actual.clean') }
      : { status: 'warning', actual: text('checks.actual.noise', { words }) },
  );
}

function recordLatency(context: StepContext, record: Recorder, seconds: number): void {
  const { limits } = inventoryChecks.latency;
  const own = { ...limits, ...profileOf(context.release, context.site.profile).thresholds['host.ssh-latency'] };
  record(inventoryChecks.latency, expectation('at-most', own, 'seconds'), {
    status: compare('at-most', seconds, own),
    actual: quantity(seconds, 'seconds'),
  });
}
