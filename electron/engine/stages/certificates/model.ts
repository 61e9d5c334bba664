import type { LeafUsage } from '../../certificates/issue.ts';

/** Names of the two authorities, as their subjects begin. Keys: vault `ca/root/key` and `ca/intermediate/key`. */
export type AuthorityInput = { readonly root: string; readonly intermediate: string };

/** One certificate to issue. Its key is the vault's `tls/<certificate>/key`, its record the fact `certificate`. */
export type IssueInput = {
  readonly certificate: string;
  /** DNS names and addresses as planned, not normalised yet. */
  readonly names: readonly string[];
  readonly usages: readonly LeafUsage[];
};

/** Where a file's content comes from; secrets are named, never planned. */
export type FileSource =
  | { readonly from: 'authorities' }
  | { readonly from: 'chain'; readonly certificate: string }
  | { readonly from: 'key'; readonly certificate: string }
  | { readonly from: 'text'; readonly content: string };

export type PlannedFile = {
  readonly path: string;
  /** Permission bits. */
  readonly mode: number;
  readonly source: FileSource;
};

/** Files to write on one host. */
export type FilesInput = {
  readonly host: string;
  readonly folder: string;
  readonly files: readonly PlannedFile[];
  /** Group that may read files whose mode lets a group in; root's where the host does not know it. */
  readonly group?: string;
};

export type TrustInput = { readonly host: string; readonly path: string };

/** A TLS endpoint of the site that a certificate was issued for. */
export type EndpointInput = {
  readonly certificate: string;
  readonly address: string;
  readonly port: number;
  readonly servername: string;
  readonly startTls?: 'postgresql';
};

export type ProveInput = EndpointInput & {
  /** How long the service may take to come back with its new certificate, ms. */
  readonly patienceMs: number;
};

export type ReloadInput = EndpointInput & { readonly host: string; readonly service: string };

/** What is known of an issued certificate: the fact `certificate` under the certificate's name. */
export type CertificateRecord = {
  /** PEM, leaf first, without the root. */
  readonly certificate: string;
  readonly serial: string;
  /** ISO 8601 UTC. */
  readonly notBefore: string;
  readonly notAfter: string;
  readonly names: readonly string[];
  readonly addresses: readonly string[];
};
