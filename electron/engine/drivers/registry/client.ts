import type { Readable } from 'node:stream';

/** The OCI distribution API of one registry. Repositories are full paths, the site's prefix included. */
export type RegistryClient = {
  /** Host and port as image references name it, e.g. `registry.example:5000`. */
  readonly host: string;
  /** The site's prefix before a repository of the release: `energy/api` -> `prefix/energy/api`. */
  readonly repository: (name: string) => string;
  /** `/v2/` with the account. Errors: registry-unreachable, registry-tls-untrusted, registry-unauthorized. */
  readonly ping: () => Promise<void>;
  /** Size of a blob there, undefined when it is not. */
  readonly headBlob: (repository: string, digest: string) => Promise<number | undefined>;
  /** Digest and size of a manifest by tag or digest. */
  readonly headManifest: (
    repository: string,
    reference: string,
  ) => Promise<{ digest: string; size: number } | undefined>;
  readonly getManifest: (
    repository: string,
    reference: string,
  ) => Promise<{ digest: string; mediaType: string; content: Buffer } | undefined>;
  /** Mounts from another repository of the same registry; false when an upload is needed instead. */
  readonly mountBlob: (repository: string, digest: string, from: string) => Promise<boolean>;
  /** POST, one streamed PATCH, closing PUT; then nothing is assumed: the caller verifies by headBlob. */
  readonly putBlob: (
    repository: string,
    blob: { digest: string; size: number; open: () => Readable },
    options: { signal: AbortSignal; sent: (bytes: number) => void },
  ) => Promise<void>;
  readonly putManifest: (repository: string, reference: string, mediaType: string, content: Buffer) => Promise<void>;
  readonly tags: (repository: string) => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
};
