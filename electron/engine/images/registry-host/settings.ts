import { isIP } from 'node:net';
import type { RegistryEndpoint, Site } from '../../../contract/site.ts';

/** Script that acts on the host. Its own constants are the paths below. */
export const registryScript = 'registry-host.sh';
/** Where the certificates stage leaves the key and the chain, and where everything else that it reads stands. */
export const registryFolder = '/etc/sitewright/registry';
/** Programs, each named by its digest. */
export const programFolder = '/opt/sitewright/registry';
export const unitFile = '/etc/systemd/system/sitewright-registry.service';
/** Vault entry of the key that signs the addresses of uploads: they outlive a restart of the registry. */
export const uploadKeyEntry = 'registry/upload-key';

export const registryFiles = {
  config: `${registryFolder}/config.yml`,
  accounts: `${registryFolder}/htpasswd`,
  certificate: `${registryFolder}/tls.crt`,
  key: `${registryFolder}/tls.key`,
} as const;

/** A registry that the walk starts, as its host sees it. Plain data. */
export type RegistryHost = {
  readonly host: string;
  readonly port: number;
  /** Address that it listens on; empty for all. */
  readonly listen: string;
  readonly dataFolder: string;
  readonly user: string;
  readonly credential: string;
};

/** The registry of a site that asks for one from the bundle; undefined where the site has its own, or none. */
export function registryHostOf(site: Pick<Site, 'registry'>): RegistryHost | undefined {
  const { registry } = site;
  if (registry?.managed === undefined) return undefined;
  const { host, user, credential, managed, url } = registry;
  return {
    ...{ host, user, credential, dataFolder: managed.dataFolder },
    port: portOf({ url }),
    listen: managed.listen ?? '',
  };
}

const portOf = ({ url }: Pick<RegistryEndpoint, 'url'>): number => Number(new URL(url).port || 443);

/** The registry's own settings. Nothing but the one port is opened: no debug listener, no traces. */
export function registryConfig({ port, listen, dataFolder }: RegistryHost, uploadKey: string): string {
  const address = isIP(listen) === 6 ? `[${listen}]` : listen;
  return [
    '# Written by Sitewright; changes are overwritten by its next walk.',
    "version: '0.1'",
    'log:',
    '  level: warn',
    '  formatter: text',
    '  accesslog:',
    '    disabled: true',
    'storage:',
    '  filesystem:',
    `    rootdirectory: ${dataFolder}`,
    '  delete:',
    '    enabled: true',
    'http:',
    `  addr: '${address}:${port}'`,
    `  secret: ${uploadKey}`,
    '  tls:',
    `    certificate: ${registryFiles.certificate}`,
    `    key: ${registryFiles.key}`,
    '    minimumtls: tls1.2',
    'auth:',
    '  htpasswd:',
    '    realm: sitewright',
    `    path: ${registryFiles.accounts}`,
    '',
  ].join('\n');
}

/** Path of a program by its SHA-256 in hexadecimal. */
export const programPath = (sha256: string): string => `${programFolder}/registry-${sha256}`;

/**
 * The unit. It runs as root, whose key it reads, without any of root's powers but a low port where it has one: no account
 * has to be made on the host.
 */
export function registryUnit({ port, dataFolder }: RegistryHost, sha256: string): string {
  return [
    '# Written by Sitewright; changes are overwritten by its next walk.',
    '[Unit]',
    'Description=Image registry of the site',
    'Wants=network-online.target',
    'After=network-online.target',
    `RequiresMountsFor=${dataFolder}`,
    '',
    '[Service]',
    'Environment=OTEL_TRACES_EXPORTER=none',
    `ExecStart=${programPath(sha256)} serve ${registryFiles.config}`,
    'Restart=always',
    'RestartSec=2',
    'LimitNOFILE=65536',
    'UMask=0077',
    `CapabilityBoundingSet=${port < 1024 ? 'CAP_NET_BIND_SERVICE' : ''}`,
    'NoNewPrivileges=yes',
    'PrivateDevices=yes',
    'ProtectSystem=strict',
    'ProtectHome=read-only',
    `ReadWritePaths=${dataFolder}`,
    'ProtectKernelTunables=yes',
    'ProtectKernelModules=yes',
    'ProtectControlGroups=yes',
    'RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX',
    '',
    '[Install]',
    'WantedBy=multi-user.target',
    '',
  ].join('\n');
}
