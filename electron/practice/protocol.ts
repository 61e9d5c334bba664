/** What the engine's host tells the practice process at start, over the child's message channel. Secrets are never stored by it in plain. */
export type PracticeStart = {
  readonly type: 'start';
  /** Data folder of the practice site; kept and reopened. */
  readonly folder: string;
  /** Number of hosts of a new folder; the usual three where absent. */
  readonly hosts?: number;
  /** Passwords that the practice servers demand; made by the caller and kept in its vault. */
  readonly secrets: {
    readonly ssh: string;
    readonly registry: string;
    readonly database: string;
    readonly cluster: string;
  };
};

/** Planted faults, for tests and training; replaced as a whole by a later message. */
export type PracticeFaults = {
  readonly type: 'faults';
  /** Bytes that a host still takes before it answers "no space left on device", by host name. */
  readonly diskFull?: Readonly<Record<string, number>>;
  /** Answer every upload to the registry with this status (403, 500, 507). */
  readonly registryRefusesPush?: number;
  /** Take uploads to the registry in no faster than this, all of them together. */
  readonly registryBytesPerSecond?: number;
  /** Reset every connection to the registry that is open now. */
  readonly registryCut?: boolean;
  /** Show another host key from now on, by host name. */
  readonly newHostKey?: readonly string[];
  /** Facts to answer instead, by host name and section of the collector, e.g. `{ 'app-01': { swaps: '...' } }`. */
  readonly sections?: Readonly<Record<string, Readonly<Record<string, string>>>>;
};

export type PracticeDatabase = { readonly type: 'database'; readonly state: 'stopped' | 'started' };
export type PracticeStop = { readonly type: 'stop' };
export type PracticeMessage = PracticeStart | PracticeFaults | PracticeDatabase | PracticeStop;

/** What the practice process answers: once `ready` with every address, `done` to each later order, `failed` when it cannot. */
export type PracticeReply =
  | {
      readonly type: 'ready';
      readonly hosts: readonly {
        readonly name: string;
        readonly address: string;
        readonly port: number;
        readonly user: string;
        readonly roles: readonly string[];
      }[];
      readonly registry: { readonly url: string; readonly user: string; readonly host: string };
      readonly database: {
        readonly address: string;
        readonly port: number;
        readonly user: string;
        readonly host: string;
      };
      /** kubeconfig without its token; the caller adds the cluster secret as the user's token. */
      readonly kubernetes: { readonly server: string; readonly authority: string };
    }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly problem: string };
