import type { ErrorCode } from '../../electron/contract/errors.ts';
import type { JudgedFinding, StageId } from '../../electron/contract/views.ts';
import type { SitePage } from './pages.ts';

/** The page whose settings or work mend a finding, by the start of its check's name. */
export const menders: readonly (readonly [start: string, page: StageId])[] = [
  ['inventory.', 'inventory'],
  ['host.ssh', 'inventory'],
  ['permission.', 'inventory'],
  ['os.hostname', 'inventory'],
  ['network.declared-address', 'inventory'],
  ['network.tcp-matrix', 'inventory'],
  ['dependency.registry-tls', 'certificates'],
  ['dependency.database-tls', 'certificates'],
  ['dependency.registry-tcp', 'inventory'],
  ['dependency.registry-account', 'inventory'],
  ['dependency.registry-protocol', 'inventory'],
  ['dependency.registry-host', 'inventory'],
  ['dependency.cluster-ready', 'inventory'],
  ['dependency.cluster-rights', 'inventory'],
  ['dependency.database-connection', 'inventory'],
  ['dependency.database-rights', 'inventory'],
  ['services.parameters', 'inventory'],
  ['health.', 'services'],
  ['function.data', 'data'],
  ['function.', 'services'],
  ['security.tls', 'certificates'],
  ['security.database.tls', 'certificates'],
  ['acceptance.must-pass', 'verification'],
];

/** Where a finding is mended, when that is another page than its own. */
export function mendedOn(finding: Pick<JudgedFinding, 'check' | 'stage'>): StageId | undefined {
  const page = menders.find(([start]) => finding.check.startsWith(start))?.[1];
  return page === finding.stage ? undefined : page;
}

/** The page whose settings or work mend an error. One that is mended outside of the wizard has none: its words say where. */
export const errorMenders: Readonly<Partial<Record<ErrorCode, SitePage>>> = {
  'vault-missing-secret': 'inventory',
  'ssh-unreachable': 'inventory',
  'ssh-auth-failed': 'inventory',
  'host-permission-denied': 'inventory',
  'host-sudo-refused': 'inventory',
  'bundle-without-registry': 'inventory',
  'registry-program-missing': 'inventory',
  'registry-port-taken': 'inventory',
  'registry-unreachable': 'inventory',
  'registry-unauthorized': 'inventory',
  'kubernetes-unreachable': 'inventory',
  'kubernetes-unauthorized': 'inventory',
  'kubernetes-forbidden': 'inventory',
  'database-unreachable': 'inventory',
  'database-auth-failed': 'inventory',
  'bundle-not-found': 'review',
  'bundle-part-missing': 'review',
  'bundle-part-unreadable': 'review',
  'bundle-without-release': 'review',
  'bundle-base-missing': 'review',
  'plan-changed': 'review',
  'run-not-found': 'review',
  'run-not-resumable': 'review',
  'report-no-run': 'review',
  'registry-tls-untrusted': 'certificates',
  'certificate-invalid': 'certificates',
  'handshake-failed': 'certificates',
  'http-untrusted': 'certificates',
};
