import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { PracticeHost, ScriptAnswer } from './model.ts';

/** A certificate with its key as PEM; the chain's leaf first. */
export type ServerCertificate = { readonly certificate: string; readonly key: string };

/** What the practice services do when their host is told to reload them. */
export type ServiceDoors = {
  /** Name of the host that runs the service. */
  readonly registryHost: string;
  readonly databaseHost: string;
  readonly reloadRegistry: (certificate: ServerCertificate) => Promise<void>;
  readonly reloadDatabase: (certificate: ServerCertificate) => Promise<void>;
};

/** The scripts that act on the practice services instead of being answered from declared facts. */
export type HostServices = {
  /** Undefined when the script is none of these. */
  readonly answer: (host: PracticeHost, script: string, args: readonly string[]) => Promise<ScriptAnswer | undefined>;
};

/** Where the certificates stage leaves the files of each service. */
export const certificatePaths = {
  'docker-registry': { certificate: '/etc/sitewright/registry/tls.crt', key: '/etc/sitewright/registry/tls.key' },
  postgresql: { certificate: '/etc/sitewright/postgresql/server.crt', key: '/etc/sitewright/postgresql/server.key' },
} as const;

type ServiceName = keyof typeof certificatePaths;

/** Answers reload-service.sh and trust-ca.sh. */
export function hostServices(doors: ServiceDoors): HostServices {
  const reload = async (host: PracticeHost, service: string): Promise<ScriptAnswer> => {
    const home = { 'docker-registry': doors.registryHost, postgresql: doors.databaseHost }[service];
    if (home !== host.name) return failed(3, `no unit of the service ${service}: ${service}`);
    const name = service as ServiceName;
    const problem = name === 'postgresql' ? await keyRightsProblem(host, certificatePaths[name].key) : undefined;
    if (problem !== undefined) return failed(1, problem);
    const found = await hostCertificate(host, name);
    if ('problem' in found) return failed(1, found.problem);
    try {
      await (name === 'postgresql' ? doors.reloadDatabase(found) : doors.reloadRegistry(found));
    } catch (error) {
      return failed(1, `Job for ${service}.service failed: ${error instanceof Error ? error.message : String(error)}`);
    }
    return { code: 0, stdout: `reloaded ${service}\n`, stderr: '' };
  };
  const trust = async (host: PracticeHost, path: string): Promise<ScriptAnswer> => {
    const content = await host.files.read(path);
    if (content === undefined) return failed(1, `trust-ca.sh: ${path}: No such file or directory`);
    const problem = await authoritiesProblem(content.toString('utf8'));
    return problem === undefined
      ? { code: 0, stdout: `trusted ${path}\n`, stderr: '' }
      : failed(1, `trust-ca.sh: ${path}: ${problem}`);
  };
  return {
    async answer(host, script, args) {
      if (script === 'reload-service.sh') return reload(host, args[0] ?? '');
      if (script === 'trust-ca.sh') return trust(host, args[0]?.startsWith('/') ? args[0] : '/etc/sitewright/ca.crt');
      return undefined;
    },
  };
}

/** The certificate that a host holds for one of its services, proven to fit its key. */
export async function hostCertificate(
  host: PracticeHost,
  service: ServiceName,
): Promise<ServerCertificate | { readonly problem: string }> {
  const paths = certificatePaths[service];
  const [certificate, key] = await Promise.all([host.files.read(paths.certificate), host.files.read(paths.key)]);
  if (certificate === undefined) return { problem: `${paths.certificate}: No such file or directory` };
  if (key === undefined) return { problem: `${paths.key}: No such file or directory` };
  try {
    if (!new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))) {
      return { problem: `${paths.key} is not the key of ${paths.certificate}` };
    }
  } catch {
    return { problem: `${paths.certificate} or ${paths.key} is not valid PEM` };
  }
  return { certificate: certificate.toString('utf8'), key: key.toString('utf8') };
}

/** PostgreSQL refuses a key that others could read: 0600, or 0640 when it belongs to root. */
async function keyRightsProblem(host: PracticeHost, path: string): Promise<string | undefined> {
  const stat = await host.files.stat(path);
  if (stat === undefined || (stat.mode & (stat.uid === 0 ? 0o037 : 0o077)) === 0) return undefined;
  return `private key file "${path}" has group or world access`;
}

async function authoritiesProblem(pem: string): Promise<string | undefined> {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) return 'no certificate found';
  try {
    return blocks.some((block) => !new X509Certificate(block).ca) ? 'not the certificate of an authority' : undefined;
  } catch {
    return 'not a certificate';
  }
}

function failed(code: number, words: string): ScriptAnswer {
  return { code, stdout: '', stderr: `${words}\n` };
}
