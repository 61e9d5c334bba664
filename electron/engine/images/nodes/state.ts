import { SitewrightError } from '../../../contract/errors.ts';
import type { RemoteHost } from '../../drivers/ssh/host.ts';
import { freeBytes, sectionsOf, streamRefused, unreadable } from '../host-script.ts';

/** The namespace of images that the kubelet sees. */
export const namespace = 'k8s.io';
/** Script on the node, and the word for "the first known socket that is there". */
export const nodeScript = 'node-images.sh';
export const anySocket = '-';

/** An image as containerd knows it by one name. */
export type NodeImageState = {
  readonly digest: string;
  /** Every blob for this node's platform is in the content store. */
  readonly complete: boolean;
  readonly unpacked: boolean;
  /** Seen by the kubelet, and never collected by it. */
  readonly pinned: boolean;
};

/** What a node's containerd is and has. */
export type NodeState = {
  readonly socket: string;
  readonly version: string;
  /** As images name it: `amd64`, `arm64`. */
  readonly architecture: string;
  readonly snapshotter: string;
  /** Folder of the content store, and bytes free in its file system; undefined where df did not say. */
  readonly root: string;
  readonly free: number | undefined;
  /** Digests in the content store. */
  readonly content: ReadonlySet<string>;
  readonly images: ReadonlyMap<string, NodeImageState>;
};

const architectures: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  amd64: 'amd64',
  aarch64: 'arm64',
  arm64: 'arm64',
};

/** Asks a node once, changing nothing. Errors: containerd-unavailable, host-script-output, those of SSH. */
export async function readNodeState(remote: RemoteHost, socket: string, signal?: AbortSignal): Promise<NodeState> {
  const result = await remote.script(nodeScript, ['state', socket, namespace], signal === undefined ? {} : { signal });
  if (result.code !== 0) throw refusal(remote.name, socket, result.code, result.stderr);
  return parseNodeState(remote.name, result.stdout);
}

/** What the script said when it failed. */
export function refusal(host: string, socket: string, code: number, words: string): SitewrightError {
  const detail = words
    .trim()
    .split('\n')
    .filter((line) => line !== '.')
    .join('\n')
    .slice(-2000);
  if (code === 3 || code === 4)
    return new SitewrightError(
      'containerd-unavailable',
      { host, socket: socket === anySocket ? 'containerd.sock' : socket },
      { detail },
    );
  return streamRefused(host, { code, detail, path: 'containerd', what: 'ctr images import' });
}

/** Reads the answer of the script. Error: host-script-output. */
export function parseNodeState(host: string, words: string): NodeState {
  const of = sectionsOf(host, nodeScript, words);
  const machine = of('architecture')[0] ?? '';
  const versions = of('version').flatMap((line) => /^\s*Version:\s*(\S+)/.exec(line)?.[1] ?? []);
  const [root = '', space] = of('space');
  const version = versions.at(-1);
  if (version === undefined || machine === '') throw unreadable(host, nodeScript, words);
  return {
    socket: of('socket')[0] ?? '',
    version,
    architecture: architectures[machine] ?? machine,
    snapshotter: of('snapshotter')[0] ?? 'overlayfs',
    root,
    free: freeBytes(space),
    content: new Set(of('content').flatMap((line) => /^(sha(?:256|512):[0-9a-f]+)\s/.exec(line)?.[1] ?? [])),
    images: imagesOf(of('images'), of('check')),
  };
}

function imagesOf(listed: readonly string[], checked: readonly string[]): ReadonlyMap<string, NodeImageState> {
  const checks = new Map(
    checked.flatMap((line) => {
      const cells = /^(\S+)\s+\S+\s+(sha\S+)\s+(\w+)\s.*\s(true|false)\s*$/.exec(line);
      return cells === null
        ? []
        : [[cells[1]!, { complete: cells[3] === 'complete', unpacked: cells[4] === 'true' }] as const];
    }),
  );
  return new Map(
    listed.flatMap((line) => {
      const cells = /^(\S+)\s+\S+\s+(sha\d+:[0-9a-f]+)\s.*?(\S+)\s*$/.exec(line);
      if (cells === null) return [];
      const [, name = '', digest = '', labels = ''] = cells;
      const pinned =
        labels.includes('io.cri-containerd.image=managed') && labels.includes('io.cri-containerd.pinned=pinned');
      return [[name, { digest, pinned, ...(checks.get(name) ?? { complete: false, unpacked: false }) }] as const];
    }),
  );
}
