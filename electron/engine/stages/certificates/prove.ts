import { X509Certificate } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { SitewrightError } from '../../../contract/errors.ts';
import { type Text, text } from '../../../contract/text.ts';
import { describeChain, readChain } from '../../certificates/read.ts';
import type { Handshake } from '../../drivers/http.ts';
import type { StepContext, StepKind } from '../../plan/step.ts';
import { reach } from './distribute.ts';
import type { EndpointInput, ProveInput, ReloadInput } from './model.ts';
import { dayOf, daysLeft, leafOf, recordOf } from './records.ts';

const betweenMs = 500;
/** Exit code of reload-service.sh where the host has no such unit. */
const noUnit = 3;

/** Makes a service load its certificate, unless a handshake shows that it uses it already. */
export const reloadKind: StepKind<ReloadInput> = {
  inspect: async (context, input) => {
    try {
      return { satisfied: servesIssued(context, input, await shake(context, input)) };
    } catch (error) {
      context.signal.throwIfAborted();
      return { satisfied: false, found: error instanceof Error ? error.message : null };
    }
  },
  apply: async (context, input) => {
    const remote = await reach(context, input.host);
    const result = await remote.script('reload-service.sh', [input.service], {
      signal: context.signal,
      stallMs: 90_000,
    });
    if (result.code === 0)
      return context.log('info', input.host, text('certificates.logReloaded', { service: input.service }));
    // Not every registry runs as a unit; the proof tells whether the certificate is in use.
    if (result.code === noUnit)
      return context.log('warn', input.host, text('certificates.logNoUnit', { service: input.service }));
    throw new SitewrightError(
      'ssh-command-failed',
      { host: input.host, what: `reload-service.sh ${input.service}`, code: result.code },
      { detail: result.stderr.trim() },
    );
  },
};

/** A real handshake with an endpoint: chain, name and the very certificate that was issued. Kept as evidence. */
export const proveKind: StepKind<ProveInput> = {
  verify: async (context, input) => {
    const started = performance.now();
    const shown = await patientShake(context, input);
    const chain = await readChain(shown.chain.join('\n'));
    const leaf = chain[0];
    const title = text('certificates.handshakeTitle', { name: input.certificate });
    const address = `${input.address}:${input.port}`;
    const page = [
      `${address} (${input.servername})`,
      `${shown.protocol} ${shown.cipher}`,
      '',
      describeChain(chain),
    ].join('\n');
    const evidence = context.evidence(title, 'text/plain', page);
    const ours = servesIssued(context, input, shown);
    const facts = {
      address,
      issuer: leaf?.issuer ?? '-',
      names: leaf === undefined ? '-' : [...leaf.names, ...leaf.addresses].join(', '),
      until: leaf === undefined ? '-' : dayOf(leaf.notAfter),
      days: leaf === undefined ? 0 : daysLeft(leaf, context.now()),
      protocol: shown.protocol,
      reason: shown.reason ?? '',
    };
    const passed = shown.authorized && ours;
    const actual: Text = passed
      ? text('certificates.handshakeActual', facts)
      : text(shown.authorized ? 'certificates.handshakeOther' : 'certificates.handshakeUntrusted', facts);
    context.finding({
      check: 'certificates.handshake',
      subject: input.certificate,
      title,
      category: 'certificates',
      clause: '11.2 证书准备',
      qualification: 'IQ',
      mustPass: true,
      status: passed ? 'passed' : 'failed',
      expected: text('certificates.handshakeExpected', { name: input.servername }),
      actual,
      ...(passed
        ? {}
        : { why: text('certificates.handshakeWhy'), fix: { text: text('certificates.handshakeFix', { address }) } }),
      evidence: [evidence],
      durationMs: performance.now() - started,
    });
  },
};

/** Asks again until the issued certificate is served, for as long as a reload may take; then takes what there is. */
async function patientShake(context: StepContext, input: ProveInput): Promise<Handshake> {
  const deadline = performance.now() + input.patienceMs;
  for (;;) {
    let answer: Handshake | undefined;
    let failure: unknown;
    try {
      answer = await shake(context, input);
      if (answer.authorized && servesIssued(context, input, answer)) return answer;
    } catch (error) {
      failure = error;
    }
    context.signal.throwIfAborted();
    if (performance.now() + betweenMs > deadline) {
      if (answer !== undefined) return answer;
      throw failure;
    }
    await pause(betweenMs, undefined, { signal: context.signal });
  }
}

async function shake(context: StepContext, input: EndpointInput): Promise<Handshake> {
  const { address, port, servername, startTls } = input;
  const target = { address, port, servername, signal: context.signal, ...(startTls === undefined ? {} : { startTls }) };
  return await context.drivers.http.handshake(target);
}

/** Whether the endpoint shows the certificate that was issued for it, not merely a trusted one. */
function servesIssued(context: StepContext, input: EndpointInput, shown: Handshake): boolean {
  const record = recordOf(context, input.certificate);
  const served = shown.chain[0];
  if (record === undefined || served === undefined) return false;
  try {
    return new X509Certificate(served).raw.equals(new X509Certificate(leafOf(record)).raw);
  } catch {
    return false;
  }
}
