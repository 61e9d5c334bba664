import { X509Certificate } from 'node:crypto';
import { text } from '../../../contract/text.ts';
import { endpointOf } from '../../checks/plan.ts';
import { wordsAt } from '../../drivers/kubernetes/json.ts';
import type { StepContext } from '../../plan/step.ts';
import type { AskedRegistryHost, RegistryHostInput } from './model.ts';

/**
 * Asks the registry as its users do: a handshake that shows the certificate issued for it, and a sign-in at `/v2/`.
 * Errors: those of the registry's driver and of a handshake.
 */
export async function proveRegistryHost(
  context: StepContext,
  { registry, url }: RegistryHostInput,
  { program, state }: AskedRegistryHost,
): Promise<void> {
  const started = performance.now();
  const { address, port } = endpointOf(url);
  const shown = await context.drivers.http.handshake({ address, port, servername: address, signal: context.signal });
  const issued = wordsAt(context.facts.get('registry', 'certificate'), 'certificate');
  const own = issued !== '' && shown.chain[0] !== undefined && isSame(shown.chain[0], issued);
  await (await context.drivers.registry()).ping();
  const evidence = context.evidence(
    text('images.evidence.registry', { host: registry.host }),
    'application/json',
    JSON.stringify(
      {
        ...{ host: registry.host, url, version: program.version, program: program.digest, systemd: state.systemd },
        ...{ dataFolder: registry.dataFolder, free: state.dataSpace.free ?? null, protocol: shown.protocol },
        certificate: shown.chain[0] === undefined ? null : new X509Certificate(shown.chain[0]).fingerprint256,
      },
      null,
      2,
    ),
  );
  const facts = { version: program.version, protocol: shown.protocol, folder: registry.dataFolder };
  context.finding({
    check: 'registry.managed',
    subject: registry.host,
    title: text('images.finding.registry'),
    category: 'images',
    clause: '11.2 镜像推送',
    qualification: 'IQ',
    mustPass: true,
    // Without systemd it works now, and is gone after a restart of the host.
    status: !own ? 'failed' : state.systemd ? 'passed' : 'warning',
    expected: text('images.finding.registry.expected', { version: program.version, url }),
    actual: text(
      !own
        ? 'images.finding.registry.certificate'
        : state.systemd
          ? 'images.finding.registry.found'
          : 'images.finding.registry.unsupervised',
      facts,
    ),
    ...(own && !state.systemd && { fix: { text: text('images.finding.registry.fix', { host: registry.host }) } }),
    evidence: [evidence],
    durationMs: Math.round(performance.now() - started),
  });
}

/** Whether both begin with the same certificate. */
const isSame = (one: string, other: string): boolean =>
  new X509Certificate(one).fingerprint256 === new X509Certificate(other).fingerprint256;
