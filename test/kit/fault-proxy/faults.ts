/** Which exchanges a fault is about; both must fit, absent fits all. */
type Match = {
  readonly method?: string | readonly string[];
  /** Tried against path and query, e.g. `/\/blobs\/uploads\//`. */
  readonly path?: RegExp;
  /** How often it acts; then it is as if it were not there. Absent: always. */
  readonly times?: number;
};

/** What goes wrong, as data. Bytes are those of request bodies. */
export type Fault = Match &
  (
    | {
        /** A body over the limit is answered as nginx does: 413 with an HTML page. */ readonly kind: 'body-limit';
        readonly bytes: number;
      }
    | { /** A PATCH over the limit is answered 416. */ readonly kind: 'patch-limit'; readonly bytes: number }
    | {
        /** A fixed answer; the registry is not asked. */
        readonly kind: 'answer';
        readonly status: number;
        readonly headers?: Readonly<Record<string, string>>;
        readonly body?: string;
      }
    | {
        /** The exchange is given up after this time, whatever flows: 504 with an HTML page. */ readonly kind: 'timeout';
        readonly ms: number;
      }
    | { /** Each exchange begins so much later. */ readonly kind: 'latency'; readonly ms: number }
    | { /** One link for all exchanges together. */ readonly kind: 'throttle'; readonly bytesPerSecond: number }
    | {
        /** The connection is reset after so many bytes of a request's body; of a range, one is drawn each time. */
        readonly kind: 'cut';
        readonly afterBytes: number | readonly [from: number, to: number];
      }
    | {
        /** Nothing more is read or answered, and nothing is closed. */ readonly kind: 'stall';
        readonly afterBytes: number;
      }
    | { /** The registry did it, but its answer is lost with the connection. */ readonly kind: 'lose-answer' }
    | {
        /** Parts of the answer's Location are replaced; `relative` leaves path and query only. */
        readonly kind: 'location';
        readonly scheme?: 'http' | 'https';
        readonly host?: string;
        readonly port?: number;
        readonly relative?: boolean;
      }
    | {
        /** Headers that a proxy adds, changes or loses, on the way in (`request-headers`) or out. */
        readonly kind: 'request-headers' | 'answer-headers';
        readonly set?: Readonly<Record<string, string>>;
        readonly drop?: readonly string[];
      }
    | {
        /** A PATCH is answered 201; every further one of the session too, but its bytes are thrown away. */ readonly kind: 'first-chunk-only';
      }
    | {
        /** All answers are those of a success, but only the last chunk is stored under the digest. */ readonly kind: 'last-chunk-only';
      }
    | { /** HEAD of blobs and manifests says present, GET says 404. */ readonly kind: 'content-gone' }
  );

/** The faults of one kind. */
export type FaultOf<K extends Fault['kind']> = Fault & { readonly kind: K };

/** The faults in force, and how often each has acted. */
export type Planted = {
  set: (faults: readonly Fault[]) => void;
  /** Faults of a kind that are about this exchange, not yet used up. */
  about: <K extends Fault['kind']>(kind: K, method: string, path: string) => FaultOf<K> | undefined;
  /** Counts that the fault has acted. */
  acted: (fault: Fault) => void;
};

export function plant(first: readonly Fault[]): Planted {
  let faults = first;
  const uses = new Map<Fault, number>();
  const fits = (fault: Fault, method: string, path: string) =>
    (fault.method === undefined || [fault.method].flat().includes(method)) &&
    (fault.path === undefined || fault.path.test(path)) &&
    (uses.get(fault) ?? 0) < (fault.times ?? Number.POSITIVE_INFINITY);
  return {
    set: (next) => {
      faults = next;
    },
    about: <K extends Fault['kind']>(kind: K, method: string, path: string) =>
      faults.find((fault): fault is FaultOf<K> => fault.kind === kind && fits(fault, method, path)),
    acted: (fault) => {
      uses.set(fault, (uses.get(fault) ?? 0) + 1);
    },
  };
}
