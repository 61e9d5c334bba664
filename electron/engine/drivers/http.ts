import type { Tunnel } from './tunnel.ts';

/** One HTTP exchange of a check or test. Names are verified against the site's CA unless `trust` says otherwise. */
export type HttpRequest = {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Name to send as SNI and to verify in the certificate, when the URL names an address. */
  readonly servername?: string;
  /** PEM of the only authorities to trust for this request, e.g. the cluster's own, instead of the site's and the system's. */
  readonly trust?: readonly string[];
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
};

export type HttpResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
  /** From the start of sending to the last byte, ms. */
  readonly durationMs: number;
};

/** What a TLS server showed in a real handshake. */
export type Handshake = {
  readonly authorized: boolean;
  /** Node's reason when not authorized, e.g. `UNABLE_TO_VERIFY_LEAF_SIGNATURE`. */
  readonly reason?: string;
  readonly protocol: string;
  readonly cipher: string;
  /** PEM certificates, leaf first. */
  readonly chain: readonly string[];
};

export type HttpClient = {
  /** Errors: http-unreachable, http-untrusted, http-timeout, cancelled. */
  readonly request: (request: HttpRequest) => Promise<HttpResponse>;
  /** Opens a TLS connection and reports; throws only when no TLS connection comes about. */
  readonly handshake: (target: {
    readonly address: string;
    readonly port: number;
    readonly servername: string;
    readonly minVersion?: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
    readonly maxVersion?: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
    /** `postgresql` sends an SSLRequest first. */
    readonly startTls?: 'postgresql';
    readonly signal?: AbortSignal;
  }) => Promise<Handshake>;
  /** PEM of the certificate authorities that are trusted besides the system's: the site's CA, once made. */
  readonly authorities: () => readonly string[];
  /** The way to the site's services where they are not reached directly, for what opens connections of its own. */
  readonly tunnel?: Tunnel | undefined;
};
