import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { SitewrightError } from '../contract/errors.ts';
import { type Site, siteSchema } from '../contract/site.ts';
import { writeDurably } from './evidence/evidence-store.ts';
import type { OpenSite } from './site/open-site.ts';
import { listSites, writeSite } from './site/site-folder.ts';

/** Addresses of a running practice site; the shape of the practice process's `ready`. */
export type PracticeAddresses = {
  readonly hosts: readonly {
    readonly name: string;
    readonly address: string;
    readonly port: number;
    readonly user: string;
    readonly roles: readonly string[];
  }[];
  readonly registry: { readonly url: string; readonly user: string; readonly host: string };
  readonly database: { readonly address: string; readonly port: number; readonly user: string; readonly host: string };
  readonly kubernetes: { readonly server: string; readonly authority: string };
};

export type PracticeSecrets = {
  readonly ssh: string;
  readonly registry: string;
  readonly database: string;
  readonly cluster: string;
};
export type RunningPractice = {
  readonly ready: PracticeAddresses;
  readonly stop: () => Promise<void>;
  /** Resolves when the servers have ended, asked or not; absent where the host cannot tell. */
  readonly exited?: Promise<unknown>;
};

/** How the engine's host brings up the practice servers: a process of their own. Error: practice-failed. */
export type PracticeLauncher = (start: {
  readonly folder: string;
  readonly secrets: PracticeSecrets;
}) => Promise<RunningPractice>;

/** Name of the practice site in its data folder. */
export const practiceName = 'practice';

/**
 * Makes the practice site, or opens it again, and starts its servers. Its vault is opened by a random key file beside the
 * site folder: the practice site guards nothing, and unattended runs need no passphrase.
 */
export async function openPracticeSite(options: {
  readonly home: string;
  readonly folder: string;
  readonly launch: PracticeLauncher;
  readonly open: (name: string) => OpenSite;
}): Promise<{ readonly opened: OpenSite; readonly running: RunningPractice }> {
  // Passable for the account that the database runs under when this one is root; nothing in it can be listed.
  mkdirSync(options.folder, { recursive: true, mode: 0o711 });
  if (!listSites(options.home).includes(practiceName)) writeSite(options.home, emptyPracticeSite());
  const opened = options.open(practiceName);
  if (!opened.site().practice) throw new SitewrightError('site-exists', { site: practiceName });
  opened.unlock(practicePassphrase(options.home));
  const { vault } = opened.unlocked();
  const make = () => randomBytes(18).toString('base64url');
  const secrets: PracticeSecrets = {
    ssh: vault.getOrCreate('ssh', make),
    registry: vault.getOrCreate('registry', make),
    database: vault.getOrCreate('database', make),
    cluster: vault.getOrCreate('cluster-token', make),
  };
  const running = await options.launch({ folder: options.folder, secrets });
  vault.set('kubeconfig', kubeconfig(running.ready.kubernetes, secrets.cluster));
  opened.saveSite(practiceSite(opened.site(), running.ready));
  return { opened, running };
}

/** The key file of a practice home; made at first. `SITEWRIGHT_PASSPHRASE` is for real sites only. */
export function practicePassphrase(home: string): string {
  const file = join(home, 'practice.key');
  if (!existsSync(file)) writeDurably(file, `${randomBytes(24).toString('base64url')}\n`);
  return readFileSync(file, 'utf8').trim();
}

function emptyPracticeSite(): Site {
  return siteSchema.parse({
    format: 1,
    name: practiceName,
    title: '演练站点 · Practice site',
    practice: true,
    profile: 'poc',
    operator: '演练 Practice',
    project: {
      customer: '示例能源集团（演练）',
      contractor: '示例软件有限公司（演练）',
      supervisor: '示例监理公司（演练）',
      contract: 'PRACTICE-0001',
      place: '一号机房（演练）',
      document: 'SW-PRACTICE-0001',
    },
    hosts: [],
  });
}

function practiceSite(site: Site, ready: PracticeAddresses): Site {
  return siteSchema.parse({
    ...site,
    hosts: ready.hosts.map((host) => ({ ...host, credential: 'ssh', become: 'root' })),
    registry: { ...ready.registry, prefix: 'practice', credential: 'registry', names: ['registry.site.internal'] },
    kubernetes: { server: ready.kubernetes.server, kubeconfig: 'kubeconfig' },
    database: { kind: 'postgresql', ...ready.database, credential: 'database', names: ['database.site.internal'] },
  });
}

function kubeconfig(cluster: { readonly server: string; readonly authority: string }, token: string): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'practice',
        cluster: {
          server: cluster.server,
          'certificate-authority-data': Buffer.from(cluster.authority).toString('base64'),
        },
      },
    ],
    users: [{ name: 'sitewright', user: { token } }],
    contexts: [{ name: 'practice', context: { cluster: 'practice', user: 'sitewright' } }],
    'current-context': 'practice',
  });
}
