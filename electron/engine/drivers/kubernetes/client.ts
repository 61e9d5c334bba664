/** A Kubernetes object as it is on the wire. */
export type KubernetesObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly generation?: number;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
};

/** Which object is meant. */
export type ObjectReference = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string | undefined;
};

export type WatchEvent = { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: KubernetesObject };

/**
 * The Kubernetes API over REST. Errors: kubernetes-unreachable, kubernetes-unauthorized, kubernetes-forbidden,
 * kubernetes-conflict, kubernetes-refused.
 */
export type KubernetesClient = {
  readonly server: string;
  readonly version: () => Promise<{ readonly gitVersion: string }>;
  readonly ready: () => Promise<boolean>;
  /** The cluster's time, by the date of its last answer: times in objects are compared with this, not with the laptop's. */
  readonly now: () => Date;
  /** Whether the cluster serves this kind, by its discovery. */
  readonly knows: (kind: { readonly apiVersion: string; readonly kind: string }) => Promise<boolean>;
  readonly get: (reference: ObjectReference) => Promise<KubernetesObject | undefined>;
  readonly list: (
    kind: { readonly apiVersion: string; readonly kind: string; readonly namespace?: string | undefined },
    selector?: string,
  ) => Promise<readonly KubernetesObject[]>;
  /** Server-side apply as field manager `sitewright`. */
  readonly apply: (
    object: KubernetesObject,
    options?: { readonly force?: boolean; readonly dryRun?: boolean },
  ) => Promise<KubernetesObject>;
  readonly remove: (reference: ObjectReference) => Promise<void>;
  /** SelfSubjectAccessReview: may this account do that? */
  readonly can: (action: {
    readonly verb: string;
    readonly group: string;
    readonly resource: string;
    readonly namespace?: string;
  }) => Promise<boolean>;
  /** Own watch loop: list, watch from its resourceVersion, re-list when it expires. Ends with the signal. */
  readonly watch: (
    kind: { readonly apiVersion: string; readonly kind: string; readonly namespace?: string | undefined },
    signal: AbortSignal,
  ) => AsyncIterable<WatchEvent>;
  /** Last lines of a container's log. */
  readonly logs: (namespace: string, pod: string, lines: number) => Promise<string>;
  /** Closes the pooled connections; requests that still run end as cancelled. */
  readonly close: () => Promise<void>;
};
