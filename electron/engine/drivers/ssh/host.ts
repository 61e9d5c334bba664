/** Result of one remote command. */
export type ExecResult = {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
};

export type ExecOptions = {
  /** What the command reads; a stream is pulled as fast as the host takes it, and its failure ends the command. */
  readonly stdin?: string | Uint8Array | AsyncIterable<Uint8Array>;
  /** No byte for this long is a stall; default 30,000 ms. */
  readonly stallMs?: number;
  readonly signal?: AbortSignal;
};

export type FileOptions = {
  /** Permission bits, e.g. 0o600. */
  readonly mode: number;
  /** Numeric owner and group; default: the account's own. */
  readonly uid?: number;
  readonly gid?: number;
};

export type FileStat = {
  readonly type: 'file' | 'folder' | 'link' | 'other';
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
};

/** One host over one pooled SSH connection. Paths are absolute POSIX paths. */
export type RemoteHost = {
  readonly name: string;
  /** Offset of the host's clock from the laptop's, if it was measured, in ms. */
  exec(command: string, options?: ExecOptions): Promise<ExecResult>;
  /**
   * Runs a script of installer-scripts (`collect.sh`) with the script on stdin; as root where the site says so. What is given
   * as stdin follows it, for the script itself to read.
   */
  script(name: string, args?: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  readFile(path: string): Promise<Buffer | undefined>;
  /** Atomic: a temporary file beside it, fsync where offered, rename. Errors: host-disk-full, host-permission-denied. */
  writeFile(path: string, content: string | Uint8Array, options: FileOptions): Promise<void>;
  /** Makes the folder and its parents; sets mode and owner of the last one. */
  makeFolder(path: string, options: FileOptions): Promise<void>;
  stat(path: string): Promise<FileStat | undefined>;
  list(path: string): Promise<readonly string[]>;
  remove(path: string): Promise<void>;
  /** Fingerprint of its host key, `SHA256:...`. */
  readonly hostKey: string;
  close(): void;
};
