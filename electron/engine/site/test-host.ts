import { asSitewrightError, type ErrorView, SitewrightError } from '../../contract/errors.ts';
import { type Host, isJumpHost, isSystemHost } from '../../contract/site.ts';
import { runCollector } from '../checks/run-collector.ts';
import type { RemoteHost } from '../drivers/ssh/host.ts';
import { scriptFolder } from '../drivers/ssh/scripts.ts';
import { tunnelOf } from '../drivers/ssh/tunnel.ts';
import { maskValue } from '../evidence/mask.ts';
import type { OpenSite } from './open-site.ts';

/** What a test of the way to a host found. */
export type HostTest = {
  readonly ok: boolean;
  /** Fingerprint that the host proved, `SHA256:...`. */
  readonly hostKey?: string;
  /** One command there and back on the open connection, ms. */
  readonly ms?: number;
  readonly error?: ErrorView;
};

/** A person waits for the answer: from the first packet to a usable connection, ms. */
const patienceMs = 10_000;

/**
 * Signs in to a host, measures a round trip and has root answer, by the way that the site says. Changes nothing there; the
 * journal keeps that it was tried. Whatever the host refuses is the result; only a wrong call is an error (usage-invalid).
 */
export async function testHost(options: {
  readonly opened: OpenSite;
  /** A host by its name in the inventory, or as it is being typed. */
  readonly host: string | Host;
  /** Folder of the installer scripts. */
  readonly scripts: string;
  readonly signal?: AbortSignal | undefined;
}): Promise<HostTest> {
  const { opened } = options;
  const host = typeof options.host === 'string' ? hostNamed(opened, options.host) : options.host;
  const { audit, vault } = opened.unlocked();
  const result = await reach(options, host).catch((thrown: unknown): HostTest => {
    const error = asSitewrightError(thrown);
    if (error.code === 'internal') throw error;
    return { ok: false, error: { ...maskValue(error.view(), vault.mask), code: error.code } };
  });
  audit.append('site', opened.name, {
    event: 'host-test',
    host: host.name,
    address: `${host.address}:${host.port}`,
    outcome: result.error?.code ?? 'passed',
  });
  return result;
}

async function reach({ opened, scripts, signal }: Parameters<typeof testHost>[0], host: Host): Promise<HostTest> {
  const secret = ({ credential }: Host) => opened.unlocked().vault.get(credential);
  const common = { trust: opened.store.hostKeys, signal, readyTimeoutMs: patienceMs };
  // A host that is being typed may be the jump host itself, which the stored site does not know yet.
  const tunnel = isJumpHost(host) ? undefined : tunnelOf(opened.site(), { ...common, secret });
  const reached = { host, secret: secret(host), scripts: scriptFolder(scripts), tunnel: tunnel?.open };
  const { connectHost } = await import('../drivers/ssh/connect.ts');
  const remote = await connectHost({ ...common, ...reached }).catch((error: unknown) => {
    tunnel?.close();
    throw error;
  });
  try {
    const sent = performance.now();
    await remote.exec('true', { stallMs: patienceMs, ...(signal && { signal }) });
    const ms = Math.round((performance.now() - sent) * 10) / 10;
    if (isSystemHost(host)) await requireRoot(host, remote, signal);
    return { ok: true, hostKey: remote.hostKey, ms };
  } finally {
    remote.close();
    tunnel?.close();
  }
}

/** Errors: host-sudo-refused, host-script-output, those of the SSH driver. */
async function requireRoot(host: Host, remote: RemoteHost, signal = new AbortController().signal): Promise<void> {
  const { facts, raw } = await runCollector({ signal }, remote, ['only=shell', 'limit=10']);
  const { shell } = facts.sections;
  if (shell?.state !== 'complete' || shell.code !== 0)
    throw new SitewrightError(
      'host-script-output',
      { host: host.name, what: 'collect.sh' },
      { detail: facts.noise || raw.slice(0, 500) },
    );
  const [uid = ''] = shell.stdout.trim().split('\n');
  if (uid !== '0')
    throw new SitewrightError('host-sudo-refused', { host: host.name, user: host.user }, { detail: `uid ${uid}` });
}

/** Error: usage-invalid. */
function hostNamed(opened: OpenSite, name: string): Host {
  const host = opened.site().hosts.find((candidate) => candidate.name === name);
  if (host === undefined) throw new SitewrightError('usage-invalid', { problem: name });
  return host;
}
