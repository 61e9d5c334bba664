import { type Text, text, verbatim } from '../../../contract/text.ts';
import { probePlainPostgres, probePort } from '../../drivers/tcp-probe.ts';
import type { StepOf } from '../schema.ts';
import { spanMs } from '../step-schema.ts';
import { type Observation, serviceEndpoint, type World } from '../world.ts';

/** Tries a port, or whether the database takes a sign-in without TLS. */
export async function runTcp(step: StepOf<'tcp'>, world: World): Promise<Observation> {
  const { address, port, service, timeout, plainDatabase } = step.with;
  const endpoint =
    address !== undefined && port !== undefined
      ? { address, port: Number(port) }
      : serviceEndpoint(world.context, service ?? world.suite.service);
  const target = {
    address: endpoint.address,
    port: endpoint.port,
    signal: world.signal,
    tunnel: world.context.drivers.http.tunnel,
    ...(timeout === undefined ? {} : { timeoutMs: spanMs(timeout) }),
  };
  const { owner, name } = world.context.release.file.database;
  const start = performance.now();
  const found = plainDatabase
    ? await probePlainPostgres({ ...target, user: owner, database: name })
    : await probePort(target);
  const durationMs = performance.now() - start;
  const wanted = plainDatabase ? step.expect?.plain : step.expect?.state;
  const say = (value: string): Text =>
    text('verification.check', {
      what: text(plainDatabase ? 'verification.what.plain' : 'verification.what.port'),
      value: verbatim(value),
    });
  return {
    checks: wanted === undefined ? [] : [{ met: found === wanted, expected: say(wanted), actual: say(found) }],
    document: { state: found },
    durationMs,
    evidence: `> TCP ${target.address}:${target.port}${plainDatabase ? ', PostgreSQL sign-in without TLS' : ''}\n< ${found} in ${durationMs.toFixed(1)} ms`,
  };
}
