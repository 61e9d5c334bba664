/** What a script on a practice host answered. */
export type ScriptAnswer = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Type, size and kept rights of one path on a practice host. */
export type HostFileStat = {
  readonly type: 'file' | 'folder';
  /** Bytes; 0 for a folder. */
  readonly size: number;
  /** Permission bits only, e.g. 0o644. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Last change of the content, ms since 1970. */
  readonly mtimeMs: number;
};

/** Read access to a host's files. Paths are absolute POSIX paths; what leads out of the root counts as absent. */
export type HostFiles = {
  readonly read: (path: string) => Promise<Buffer | undefined>;
  readonly stat: (path: string) => Promise<HostFileStat | undefined>;
  /** Names in a folder, sorted; empty when there is none. */
  readonly list: (path: string) => Promise<readonly string[]>;
};

/** One mounted file system of the declared hardware. */
export type HostMount = {
  readonly device: string;
  readonly path: string;
  readonly type: 'xfs' | 'ext4' | 'tmpfs';
  readonly options: string;
  readonly sizeBytes: number;
  readonly usedBytes: number;
  readonly inodes: number;
  readonly inodesUsed: number;
};

/** One network interface of the declared hardware. */
export type HostInterface = {
  readonly name: string;
  readonly mac: string;
  readonly address: string;
  readonly prefix: number;
  readonly mtu: number;
  /** Mbit/s; 0 for loopback. */
  readonly speed: number;
};

/** The hardware and system that the host declares to have. */
export type HostHardware = {
  /** As `uname -m` says it. */
  readonly architecture: 'x86_64' | 'aarch64';
  readonly cpuModel: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly mounts: readonly HostMount[];
  readonly interfaces: readonly HostInterface[];
  /** As `uname -r` says it. */
  readonly kernel: string;
  /** The fields of /etc/os-release. */
  readonly system: Readonly<Record<string, string>>;
  /** IANA name. */
  readonly timeZone: string;
  /** 32 hexadecimal digits, the content of /etc/machine-id. */
  readonly machineId: string;
  /** As in /sys/class/dmi/id/product_uuid. */
  readonly productUuid: string;
  /** When the host was started, ms since 1970. */
  readonly bootedAt: number;
};

/** One TCP port on which the host serves, and the command that a real host would name for it. */
export type HostListener = { readonly port: number; readonly command: string };

/** One host of the practice site as scripts and checks see it. */
export type PracticeHost = {
  readonly name: string;
  /** Loopback address on which all of its services listen. */
  readonly address: string;
  readonly sshPort: number;
  readonly roles: readonly string[];
  /** Local folder that stands for the host's `/`. */
  readonly root: string;
  readonly files: HostFiles;
  /** Host clock minus local clock, ms. */
  readonly clockOffsetMs: number;
  readonly hardware: HostHardware;
  /** Every host of the site, this one included. */
  readonly site: () => readonly PracticeHost[];
  readonly listeners: () => readonly HostListener[];
  /** Planted facts: output to answer instead, by section of the collector. */
  readonly sections: () => Readonly<Record<string, string>>;
  /** Planted limit: bytes that the host still takes, undefined when none is set. */
  readonly bytesLeft: () => number | undefined;
};
