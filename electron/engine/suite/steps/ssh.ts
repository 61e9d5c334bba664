import { text } from '../../../contract/text.ts';
import { type Check, judge } from '../judge.ts';
import { shorten } from '../mask.ts';
import type { StepOf } from '../schema.ts';
import { spanMs } from '../step-schema.ts';
import { MissingVariable } from '../variables.ts';
import type { Observation, World } from '../world.ts';

/** Runs one reading command on a host, named or the first with a role. */
export async function runSsh(step: StepOf<'ssh'>, world: World): Promise<Observation> {
  const { host: name, role, command, timeout } = step.with;
  const host = world.context.site.hosts.find((one) =>
    name === undefined ? one.roles.some((known) => known === role) : one.name === name,
  );
  if (host === undefined) throw new MissingVariable(`host ${name ?? role ?? ''}`);
  const remote = await world.context.drivers.ssh(host);
  const result = await remote.exec(command, {
    signal: world.signal,
    ...(timeout === undefined ? {} : { stallMs: spanMs(timeout) }),
  });
  const output = result.stdout.trim();
  const checks: Check[] = [];
  if (step.expect?.code !== undefined)
    checks.push(judge(text('verification.what.code'), result.code, step.expect.code));
  if (step.expect?.stdout !== undefined)
    checks.push(judge(text('verification.what.output'), output, step.expect.stdout));
  return {
    checks,
    document: { code: result.code, stdout: output, stderr: result.stderr.trim() },
    durationMs: result.durationMs,
    evidence: [
      `> ${host.name}: ${command}`,
      `< ${result.code} in ${result.durationMs.toFixed(0)} ms`,
      `< ${shorten(output)}`,
      ...(result.stderr.trim() === '' ? [] : [`< stderr: ${shorten(result.stderr.trim())}`]),
    ].join('\n'),
  };
}
