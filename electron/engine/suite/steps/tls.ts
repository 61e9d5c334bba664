import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { SitewrightError } from '../../../contract/errors.ts';
import { type Text, text, verbatim } from '../../../contract/text.ts';
import type { Handshake } from '../../drivers/http.ts';
import type { Json } from '../../plan/step.ts';
import { type Check, judge } from '../judge.ts';
import type { StepOf } from '../schema.ts';
import { type Observation, serviceEndpoint, type World } from '../world.ts';

type TlsStep = StepOf<'tls'>;
type Target = { readonly address: string; readonly port: number; readonly servername: string };

/** Makes one handshake and judges protocol, cipher, trust and certificate; or demands that it is turned down. */
export async function runTls(step: TlsStep, world: World): Promise<Observation> {
  const target = targetOf(step, world);
  const { minVersion, maxVersion, startTls } = step.with;
  const start = performance.now();
  const outcome = await world.context.drivers.http
    .handshake({
      ...target,
      signal: world.signal,
      ...(minVersion === undefined ? {} : { minVersion }),
      ...(maxVersion === undefined ? {} : { maxVersion }),
      ...(startTls === undefined ? {} : { startTls }),
    })
    .catch((error: unknown) => {
      // Turned down is a result; an endpoint that could not be reached, or a laptop that cannot speak, is none.
      if (error instanceof SitewrightError && error.code === 'handshake-failed' && !ownFault(error)) return error;
      throw error;
    });
  const durationMs = performance.now() - start;
  const asked = `> TLS ${target.address}:${target.port} as ${target.servername}, ${minVersion ?? 'lowest'} to ${maxVersion ?? 'highest'}${startTls === undefined ? '' : `, ${startTls}`}`;
  if (outcome instanceof SitewrightError) {
    const problem = String(outcome.params.problem ?? '');
    return {
      checks: [handshakeCheck(step, undefined, problem)],
      document: { refused: true, problem },
      durationMs,
      evidence: `${asked}\n< refused: ${problem}`,
    };
  }
  const certificate =
    outcome.chain[0] === undefined ? undefined : describe(new X509Certificate(outcome.chain[0]), world.context.now());
  const document = { ...outcome, chain: outcome.chain.length, certificate: certificate ?? null } as Json;
  return {
    checks: [
      ...(step.expect?.refused ? [handshakeCheck(step, outcome, '')] : []),
      ...checksOf(step.expect ?? {}, outcome, certificate),
    ],
    document,
    durationMs,
    evidence: `${asked}\n< ${JSON.stringify(document, null, 2)}`,
  };
}

function targetOf(step: TlsStep, world: World): Target {
  const { address, port, servername, service } = step.with;
  if (address !== undefined && port !== undefined)
    return { address, port: Number(port), servername: servername ?? address };
  const endpoint = serviceEndpoint(world.context, service ?? world.suite.service);
  return { address: endpoint.address, port: endpoint.port, servername: servername ?? endpoint.servername };
}

/** OpenSSL here has no protocol or cipher left to offer: nothing was learnt about the server. */
const ownFault = (error: SitewrightError) =>
  /NO_PROTOCOLS_AVAILABLE|NO_CIPHERS_AVAILABLE|NO_CIPHER_MATCH/.test(String(error.params.problem));

function handshakeCheck(step: TlsStep, made: Handshake | undefined, problem: string): Check {
  const say = (value: Text) => text('verification.check', { what: text('verification.what.handshake'), value });
  const refusal = step.expect?.refused === true;
  return {
    met: refusal === (made === undefined),
    expected: say(refusal ? text('verification.handshake.refusal') : text('verification.valid')),
    actual: say(
      made === undefined
        ? text('verification.handshake.refused', { problem })
        : text('verification.handshake.made', { protocol: made.protocol, cipher: made.cipher }),
    ),
  };
}

type Certificate = ReturnType<typeof describe>;

function describe(certificate: X509Certificate, now: Date) {
  const end = new Date(certificate.validTo);
  return {
    subject: certificate.subject.replaceAll('\n', ', '),
    issuer: certificate.issuer.replaceAll('\n', ', '),
    serial: certificate.serialNumber,
    notBefore: new Date(certificate.validFrom).toISOString(),
    notAfter: end.toISOString(),
    daysLeft: Math.floor((end.getTime() - now.getTime()) / 86_400_000),
    names: certificate.subjectAltName ?? '',
    fingerprint: certificate.fingerprint256,
  };
}

function checksOf(
  expect: NonNullable<TlsStep['expect']>,
  made: Handshake,
  certificate: Certificate | undefined,
): readonly Check[] {
  const checks: Check[] = [];
  if (expect.authorized !== undefined) {
    const say = (trusted: boolean, problem: string) =>
      text('verification.check', {
        what: text('verification.what.trust'),
        value: trusted ? text('verification.trusted') : text('verification.untrusted', { problem }),
      });
    checks.push({
      met: made.authorized === expect.authorized,
      expected: say(expect.authorized, '-'),
      actual: say(made.authorized, made.reason ?? ''),
    });
  }
  if (expect.protocol !== undefined)
    checks.push(judge(text('verification.what.protocol'), made.protocol, expect.protocol));
  if (expect.cipher !== undefined) checks.push(judge(text('verification.what.cipher'), made.cipher, expect.cipher));
  const wanted = expect.certificate;
  if (wanted?.daysLeft !== undefined)
    checks.push(judge(text('verification.what.days-left'), certificate?.daysLeft, wanted.daysLeft));
  if (wanted?.chain !== undefined) checks.push(judge(text('verification.what.chain'), made.chain.length, wanted.chain));
  if (wanted?.names !== undefined) {
    const leaf = made.chain[0] === undefined ? undefined : new X509Certificate(made.chain[0]);
    const missing = wanted.names.filter(
      (name) => (isIP(name) > 0 ? leaf?.checkIP(name) : leaf?.checkHost(name)) === undefined,
    );
    const say = (value: string) =>
      text('verification.check', { what: text('verification.what.names'), value: verbatim(value) });
    checks.push({
      met: missing.length === 0,
      expected: say(wanted.names.join(', ')),
      actual: say(certificate?.names ?? '-'),
    });
  }
  return checks;
}
