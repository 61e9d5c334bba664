import { text } from '../../../contract/text.ts';
import type { TlsFacts } from '../../checks/endpoints.ts';
import { judgeEndpoint } from '../../checks/judge.ts';
import type { EndpointCheck, Probe } from '../../checks/model.ts';
import { profileOf } from '../../checks/profile.ts';
import type { HttpClient } from '../../drivers/http.ts';
import type { Json, StepContext } from '../../plan/step.ts';

/** Stores what was read of an endpoint as facts and evidence, and records the verdicts. */
export function judgeAndRecord<F>(
  context: StepContext,
  name: string,
  facts: F,
  checks: readonly EndpointCheck<F>[],
  begun: number,
): void {
  const stored = JSON.parse(JSON.stringify(facts)) as Json;
  context.facts.put(name, 'dependency', stored);
  const words = `${JSON.stringify(stored, null, 2)}\n`;
  const evidence = context.evidence(text('checks.evidence.endpoint', { endpoint: name }), 'application/json', words);
  const { site, release } = context;
  const input = { site, release: release.file, profile: profileOf(release, site.profile) };
  const durationMs = Math.round(performance.now() - begun);
  for (const judgement of judgeEndpoint(checks, name, facts, input)) {
    context.finding({ ...judgement, evidence: [evidence], durationMs });
  }
}

/** What a handshake showed, or why none came about; whether anybody listened follows from it. */
export async function readTls(
  probe: <T>(act: () => Promise<T>) => Promise<Probe<T>>,
  http: HttpClient,
  target: Parameters<HttpClient['handshake']>[0],
): Promise<{ readonly tcp: Probe<true>; readonly tls: Probe<TlsFacts> }> {
  const tls = await probe(async () => {
    const { authorized, reason, protocol } = await http.handshake(target);
    return { authorized, reason: reason ?? '', protocol };
  });
  // `handshake-failed` says that the connection stood and only TLS did not come about.
  const open = 'value' in tls || tls.code === 'handshake-failed';
  return { tcp: open ? { value: true } : tls, tls };
}
