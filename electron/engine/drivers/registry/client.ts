import type { Readable } from 'node:stream';
import type { Answer, Call } from './transport.ts';

/** An upload that the registry has opened: where it goes on, and how many bytes of it the registry has acknowledged. */
export type UploadSession = {
  /** Absolute and opaque; always the last one that was received. */
  readonly location: string;
  readonly offset: number;
};

/** The bytes of one PATCH. */
export type UploadBody = {
  /** Bytes of this request. */
  readonly length: number;
  /** False for a blob that goes as one stream from its first byte: such a request names no range. */
  readonly ranged: boolean;
  /** Made anew for each try. What it throws is what the caller gets: it is not the line that broke. */
  readonly open: () => AsyncIterable<Uint8Array>;
  /** Bytes that have left, as they leave. */
  readonly sent: (bytes: number) => void;
};

/** The OCI distribution API of one registry. Repositories are full paths, the site's prefix included. */
export type RegistryClient = {
  /** Host and port as image references name it, e.g. `registry.example:5000`. */
  readonly host: string;
  /** Scheme, host and port. */
  readonly origin: string;
  /** Without an account. */
  readonly anonymous: boolean;
  /** The site's prefix before a repository of the release: `energy/api` -> `prefix/energy/api`. */
  readonly repository: (name: string) => string;
  /** `/v2/` with the account. Errors: registry-unreachable, registry-tls-untrusted, registry-unauthorized. */
  readonly ping: () => Promise<void>;
  /** Size of a blob there, undefined when it is not. */
  readonly headBlob: (repository: string, digest: string) => Promise<number | undefined>;
  /** The bytes of a blob from an offset on; not verified. Error: registry-response where it is not there. */
  readonly getBlob: (
    repository: string,
    digest: string,
    options?: { readonly offset?: number; readonly signal?: AbortSignal },
  ) => Promise<Readable>;
  /** Digest and size of a manifest by tag or digest. */
  readonly headManifest: (
    repository: string,
    reference: string,
  ) => Promise<{ digest: string; size: number } | undefined>;
  readonly getManifest: (
    repository: string,
    reference: string,
  ) => Promise<{ digest: string; mediaType: string; content: Buffer } | undefined>;
  readonly putManifest: (repository: string, reference: string, mediaType: string, content: Buffer) => Promise<void>;
  /** Takes a manifest or a tag away; false where the registry does not offer that. */
  readonly deleteManifest: (repository: string, reference: string) => Promise<boolean>;
  /** Takes a blob out of a repository; false where the registry does not offer that. */
  readonly deleteBlob: (repository: string, digest: string) => Promise<boolean>;
  /** Mounts from another repository of the same registry; the upload that was opened instead, where that is the answer. */
  readonly mountBlob: (repository: string, digest: string, from: string) => Promise<'mounted' | UploadSession>;
  readonly openUpload: (repository: string, signal?: AbortSignal) => Promise<UploadSession>;
  /** One PATCH from the session's offset on; the session as the registry has it then, which may have kept less than was sent. */
  readonly sendUpload: (
    repository: string,
    session: UploadSession,
    body: UploadBody,
    signal?: AbortSignal,
  ) => Promise<UploadSession>;
  /** Asks how far an upload is; undefined when the registry does not know it (any more). */
  readonly uploadStatus: (
    repository: string,
    session: UploadSession,
    signal?: AbortSignal,
  ) => Promise<UploadSession | undefined>;
  /** The closing PUT. The registry compares the digest; a wrong one destroys the session. */
  readonly finishUpload: (
    repository: string,
    session: UploadSession,
    digest: string,
    signal?: AbortSignal,
  ) => Promise<void>;
  /** Takes an upload away; never throws, since what cannot be taken away expires at the registry. */
  readonly abandonUpload: (repository: string, session: UploadSession) => Promise<void>;
  /** An exchange with the account, whatever answer comes: to find out what lies on the way. Errors as of `ping`. */
  readonly ask: (call: Call) => Promise<Answer>;
  readonly tags: (repository: string) => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
};
