import type { HostMount, PracticeHost } from '../model.ts';
import type { CollectArguments, SectionAnswer } from './frame.ts';
import { done } from './hardware.ts';

/** The planned folders: what is really there, on the declared file systems. */
export async function pathSections(
  host: PracticeHost,
  args: CollectArguments,
): Promise<readonly (readonly [string, SectionAnswer])[]> {
  const sections: (readonly [string, SectionAnswer])[] = [];
  for (const [index, { kind, value }] of args.listed.entries()) {
    if (kind === 'path' && args.only === '') sections.push([`path-${index + 1}`, await pathSection(host, value)]);
  }
  return sections;
}

async function pathSection(host: PracticeHost, path: string): Promise<SectionAnswer> {
  const stat = path === '/' ? { type: 'folder' as const } : await host.files.stat(path);
  const state = stat === undefined ? 'absent' : stat.type === 'folder' ? 'folder' : 'other';
  const content = state === 'folder' ? [`content=${(await host.files.list(path)).length > 0 ? 'some' : 'none'}`] : [];
  let near = path;
  while (near !== '/' && (await host.files.stat(near)) === undefined)
    near = near.slice(0, near.lastIndexOf('/')) || '/';
  const mount = mountOf(host.hardware.mounts, near);
  const left = host.bytesLeft();
  const free = Math.floor(Math.min(mount.sizeBytes - mount.usedBytes, left ?? Number.POSITIVE_INFINITY) / 1024);
  const total = Math.floor(mount.sizeBytes / 1024);
  const used = Math.floor(mount.usedBytes / 1024);
  const share = Math.ceil((mount.usedBytes / mount.sizeBytes) * 100);
  const inodesFree = mount.inodes - mount.inodesUsed;
  return done(
    `path=${path}`,
    `state=${state}`,
    ...content,
    `near=${near}`,
    `real=${near}`,
    `space=${mount.device} ${total} ${used} ${free} ${share}% ${mount.path}`,
    `inodes=${mount.device} ${mount.inodes} ${mount.inodesUsed} ${inodesFree} ${Math.ceil((mount.inodesUsed / mount.inodes) * 100)}% ${mount.path}`,
    ...(mount.type === 'xfs' ? ['xfs=ftype=1'] : []),
  );
}

/** Longest mount point that holds the path by whole segments. */
function mountOf(mounts: readonly HostMount[], path: string): HostMount {
  const holding = mounts.filter(
    (mount) => mount.path === '/' || path === mount.path || path.startsWith(`${mount.path}/`),
  );
  return holding.reduce((longest, mount) => (mount.path.length > longest.path.length ? mount : longest));
}
