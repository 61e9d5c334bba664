import type { Collected } from '../facts.ts';
import type { HostSubject } from '../model.ts';
import { plannedPaths } from '../plan.ts';
import { linesOf, sectionOf, unreadable } from '../unknown.ts';

/** One line of /proc/mounts. */
export type Mount = {
  readonly device: string;
  readonly path: string;
  readonly type: string;
  readonly options: readonly string[];
};

/** A planned folder and the file system under it. */
export type PathFacts = {
  readonly path: string;
  readonly state: 'folder' | 'link' | 'other' | 'absent';
  /** Whether an existing folder holds anything. */
  readonly filled: boolean;
  /** Nearest existing folder, links resolved. */
  readonly real: string;
  readonly totalGiB: number;
  readonly freeGiB: number;
  readonly usedPercent: number;
  /** Share of free inodes; undefined where the file system has no fixed number. */
  readonly freeInodePercent: number | undefined;
  /** `ftype` of an xfs, when it could be asked for. */
  readonly xfsFtype: number | undefined;
};

/** Mounted file systems, octal escapes resolved. */
export function mounts(facts: Collected): readonly Mount[] {
  return linesOf(facts, 'mounts').map((line) => {
    const [device = '', path = '', type = '', options = ''] = line.split(' ').map(unescapeOctal);
    return { device, path, type, options: options.split(',') };
  });
}

/** The file system that holds a path: longest prefix of whole path segments; of several on one point the last one counts. */
export function mountOf(all: readonly Mount[], path: string): Mount {
  let best: Mount | undefined;
  for (const mount of all) {
    const holds = mount.path === '/' || path === mount.path || path.startsWith(`${mount.path}/`);
    if (holds && (best === undefined || mount.path.length >= best.path.length)) best = mount;
  }
  if (best === undefined) throw unreadable('mounts', path);
  return best;
}

/** What was found about one planned path. */
export function pathFacts(facts: Collected, path: string): PathFacts {
  const name = Object.keys(facts.sections).find((one) => {
    return one.startsWith('path-') && facts.sections[one]?.stdout.trimStart().split('\n')[0] === `path=${path}`;
  });
  const section = sectionOf(facts, name ?? `path ${path}`);
  const field = (key: string): string => new RegExp(`^${key}=(.*)$`, 'm').exec(section.stdout)?.[1]?.trim() ?? '';
  const state = field('state');
  if (state !== 'folder' && state !== 'link' && state !== 'other' && state !== 'absent')
    throw unreadable(name ?? path, section.stdout);
  // Columns are counted from the right: a device name may hold spaces.
  const space = field('space')
    .split(/\s+/)
    .slice(-5, -1)
    .map((word) => Number(word.replace('%', '')));
  const [totalKiB = Number.NaN, , freeKiB = Number.NaN, usedPercent = Number.NaN] = space;
  if ([totalKiB, freeKiB, usedPercent].some(Number.isNaN)) throw unreadable(name ?? path, field('space'));
  const inodes = field('inodes').split(/\s+/).slice(-5, -1).map(Number);
  const [totalInodes = 0, , freeInodes = 0] = inodes;
  const xfs = /ftype=(\d)/.exec(field('xfs'))?.[1];
  return {
    path,
    state,
    filled: field('content') === 'some',
    real: field('real') || field('near') || path,
    totalGiB: totalKiB / 1024 / 1024,
    freeGiB: freeKiB / 1024 / 1024,
    usedPercent,
    freeInodePercent: totalInodes > 0 ? (freeInodes / totalInodes) * 100 : undefined,
    xfsFtype: xfs === undefined ? undefined : Number(xfs),
  };
}

/** The planned path with the smallest figure, and that figure. */
export function tightest(
  subject: HostSubject,
  figure: (facts: PathFacts) => number,
): { readonly path: string; readonly value: number } {
  const all = plannedPaths(subject.release, subject.host).map(({ path }) => ({
    path,
    value: figure(pathFacts(subject.facts, path)),
  }));
  return all.reduce((least, one) => (one.value < least.value ? one : least));
}

function unescapeOctal(word: string): string {
  return word.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
