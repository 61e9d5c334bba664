import type { Host, HostRole, Site } from '../../contract/site.ts';
import type { Text, TextKey } from '../../contract/text.ts';
import type { Finding, FindingStatus, Fix } from '../../contract/views.ts';
import type { ReleaseFile } from '../bundle/release.ts';
import type { Collected } from './facts.ts';

/** Every check that has a title in the locale files; `.why` and `.fix` stand beside it. Ids are stable for ever. */
export type CheckId = { [K in TextKey]: K extends `checks.${infer Id}.title` ? Id : never }[TextKey];

/** Clauses of the requirements that checks prove. */
export const clauses = { environment: '11.2 环境准备', dependencies: '11.2 依赖检查' } as const;

export const categories = [
  'inventory',
  'host',
  'os',
  'storage',
  'network',
  'time',
  'runtime',
  'permission',
  'dependencies',
] as const;
export type Category = (typeof categories)[number];

/** How bad it is when it fails; the order in which failures are shown. */
export type Severity = 'critical' | 'major' | 'minor';

/** Below (or above) the minimum is failed, between minimum and recommended is a warning. The unit belongs to the check. */
export type Limit = { readonly minimum?: number | undefined; readonly recommended?: number | undefined };
/** Limits of a check; a role's own take the place of the general ones, the strictest of a host's roles counts. */
export type Limits = Limit & { readonly roles?: { readonly [R in HostRole]?: Limit | undefined } | undefined };

/** What every check says about itself. */
export type CheckHead = {
  readonly id: CheckId;
  readonly category: Category;
  readonly clause: (typeof clauses)[keyof typeof clauses];
  readonly severity: Severity;
  /** Default; the profile may demand more checks to pass, never fewer. */
  readonly mustPass: boolean;
  /** Default thresholds, where the check has any; the profile may set others. */
  readonly limits?: Limits & { readonly direction: 'at-least' | 'at-most' };
  /** A command that repairs it, to copy. */
  readonly command?: string;
};

/** A verdict as judged; `why` and `fix` default to the check's own texts when the status is warning or failed. */
export type Verdict = {
  readonly status: FindingStatus;
  readonly actual: Text;
  readonly why?: Text;
  readonly fix?: Fix;
};

/** One host to judge, with the limits of the check at hand already resolved for it. */
export type HostSubject = {
  readonly site: Site;
  readonly release: ReleaseFile;
  readonly host: Host;
  readonly facts: Collected;
  readonly limits: Limit;
};

/** Judges one host by its own facts. Pure. A reading that throws Unknown gives status `error` with its reason. */
export type HostCheck = CheckHead & {
  readonly scope: 'host';
  /** Sections of the collector that must have answered. */
  readonly needs: readonly string[];
  /** Why it does not apply to this host; undefined when it does. */
  readonly applicable?: (subject: HostSubject) => Text | undefined;
  readonly expected: (subject: HostSubject) => Text;
  readonly judge: (subject: HostSubject) => Verdict;
};

/** One host's reading inside a check that compares hosts. */
export type Reading<T> = { readonly subject: HostSubject; readonly value: T };

/** Compares hosts with each other. A host that cannot be read is `error`; the others are still compared. */
export type CrossCheck<T = unknown> = CheckHead & {
  readonly scope: 'site';
  readonly needs: readonly string[];
  readonly expected: (subject: HostSubject) => Text;
  readonly read: (subject: HostSubject) => T;
  /** Verdict about one reading in the light of all. */
  readonly judge: (reading: Reading<T>, all: readonly Reading<T>[]) => Verdict;
};

export type Check = HostCheck | CrossCheck;

/** A finding as a stage records it: time, stage and evidence are added there. */
export type Judgement = Omit<Finding, 'stage' | 'at' | 'evidence' | 'durationMs'>;

/** What came of asking an endpoint: an answer, or why there is none. JSON-serialisable. */
export type Probe<T> =
  | { readonly value: T }
  | { readonly problem: Text; readonly code: string; readonly detail?: string };

/** One endpoint (registry, database, cluster) to judge. */
export type EndpointSubject<F> = {
  readonly site: Site;
  readonly release: ReleaseFile;
  readonly facts: F;
  readonly limits: Limit;
};

/** Judges one endpoint by what the dependencies stage read of it. Pure. */
export type EndpointCheck<F> = CheckHead & {
  readonly scope: 'endpoint';
  readonly applicable?: (subject: EndpointSubject<F>) => Text | undefined;
  readonly expected: (subject: EndpointSubject<F>) => Text;
  readonly judge: (subject: EndpointSubject<F>) => Verdict;
};
