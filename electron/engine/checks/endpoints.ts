import { asSitewrightError } from '../../contract/errors.ts';
import { text, verbatim } from '../../contract/text.ts';
import type { Probe } from './model.ts';
import { Unknown } from './unknown.ts';

/** What a TLS handshake showed, as far as it is judged. */
export type TlsFacts = { readonly authorized: boolean; readonly reason: string; readonly protocol: string };

/** What was read of the registry. `null` stands for "not asked, because the step before it did not allow it". */
export type RegistryFacts = {
  readonly scheme: 'https' | 'http';
  readonly tcp: Probe<true>;
  readonly tls: Probe<TlsFacts> | null;
  readonly ping: Probe<true> | null;
};

/** What was read of the host that is to run the registry of the bundle. */
export type RegistryHostFacts = {
  readonly program: Probe<{ readonly version: string; readonly architecture: string }>;
  readonly host: Probe<{
    readonly systemd: boolean;
    /** Its own registry is there already. */
    readonly running: boolean;
    /** Who else listens on the port; empty where nobody does. */
    readonly holder: string;
    /** Bytes free where the images will lie, null where it did not say; and those that they need, with a reserve. */
    readonly free: number | null;
    readonly needed: number;
    readonly folder: string;
  }> | null;
};

/** What was read of the database through the administrator's account. */
export type DatabaseFigures = {
  readonly version: string;
  readonly major: number;
  readonly maxConnections: number;
  /** Connections kept for superusers and the like. */
  readonly reserved: number;
  /** Client connections in use, this one left out. */
  readonly used: number;
  readonly standby: boolean;
  readonly readOnly: boolean;
  readonly encoding: string;
  readonly collation: string;
  readonly timeZone: string;
  /** Offset of the server's time zone from UTC, minutes. */
  readonly offsetMinutes: number;
  readonly mayCreateDatabases: boolean;
  readonly mayCreateRoles: boolean;
  readonly passwordEncryption: string;
  /** Server's clock minus the laptop's, ms, and how far that can be off. */
  readonly clockMs: number;
  readonly clockDoubtMs: number;
};
export type DatabaseFacts = {
  readonly tls: Probe<TlsFacts>;
  readonly figures: Probe<DatabaseFigures>;
  /** Statements that were really carried out in the scratch schema; null when no connection came about. */
  readonly scratch: Probe<number> | null;
};

export type NodeFacts = {
  readonly name: string;
  readonly ready: boolean;
  readonly schedulable: boolean;
  readonly pressures: readonly string[];
  readonly architecture: string;
  readonly kubelet: string;
  /** Cores and bytes that pods may use. */
  readonly cpu: number;
  readonly memory: number;
};
export type Right = {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly namespace: string | null;
};
export type Demand = { readonly cpu: number; readonly memory: number };
export type ClusterFacts = {
  readonly ready: Probe<boolean>;
  readonly version: Probe<string>;
  readonly nodes: Probe<readonly NodeFacts[]>;
  /** What pods of others have requested already. */
  readonly requested: Probe<Demand>;
  readonly storageClasses: Probe<readonly { readonly name: string; readonly isDefault: boolean }[]>;
  readonly rights: Probe<readonly (Right & { readonly allowed: boolean })[]>;
  /** Phase of the release's namespace; empty when it does not exist. */
  readonly namespace: Probe<string>;
  /** What the manifests ask for, worked out from the release. */
  readonly demand: Demand;
  readonly claims: readonly { readonly name: string; readonly storageClass: string | null }[];
  readonly delivered: readonly { readonly name: string; readonly isDefault: boolean }[];
};

/** The answer, or Unknown with the reason why there is none. */
export function answerOf<T>(probe: Probe<T> | null): T {
  if (probe === null) throw new Unknown(text('checks.unknown.not-asked'));
  if ('value' in probe) return probe.value;
  throw new Unknown(wordsOf(probe));
}

/** The problem with the other side's own words. */
export function wordsOf(probe: Exclude<Probe<unknown>, { readonly value: unknown }>): Unknown['reason'] {
  if (probe.detail === undefined) return probe.problem;
  return text('checks.actual.about', { figure: probe.problem, about: verbatim(probe.detail.slice(0, 200)) });
}

/** Carries out a reading; an expected failure becomes part of the facts, cancelling goes on. */
export async function probe<T>(act: () => Promise<T>): Promise<Probe<T>> {
  try {
    return { value: await act() };
  } catch (thrown) {
    const error = asSitewrightError(thrown);
    if (error.code === 'cancelled') throw error;
    const problem = error.code === 'internal' ? verbatim(error.detail ?? error.code) : error.view().message;
    return {
      problem,
      code: error.code,
      ...(error.detail === undefined || error.code === 'internal' ? {} : { detail: error.detail }),
    };
  }
}
