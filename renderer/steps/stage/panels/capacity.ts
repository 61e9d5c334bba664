import { say, type Text } from '../../../../electron/contract/text.ts';
import type { JudgedFinding } from '../../../../electron/contract/views.ts';
import { type Shown, shownAs } from '../verdicts.ts';

/** What is asked of a figure, in its own unit. */
export type Demand = { readonly minimum: number | undefined; readonly recommended: number | undefined };

/** A figure that was judged, with its demand and verdict. */
export type Judged = Demand & { readonly value: number; readonly state: Shown };

/** A file system with the planned folders that lie on it, GiB. */
export type Volume = { readonly paths: readonly string[]; readonly total: number; readonly free: number };

export type HostCapacity = {
  readonly host: string;
  readonly cores: Judged | undefined;
  /** GiB. */
  readonly memory: (Judged & { readonly available: number | undefined }) | undefined;
  readonly volumes: readonly Volume[];
  /** GiB that are to be free on each volume. */
  readonly free: (Demand & { readonly state: Shown }) | undefined;
};

const sources = ['host.cpu-count', 'host.memory-total', 'host.memory-available', 'storage.free-space'] as const;

/** The findings that a capacity is read from, by host; hosts without any are left out. */
export function capacitySources(findings: readonly JudgedFinding[]): ReadonlyMap<string, readonly JudgedFinding[]> {
  const hosts = new Map<string, JudgedFinding[]>();
  for (const finding of findings)
    if ((sources as readonly string[]).includes(finding.check))
      hosts.set(finding.subject, [...(hosts.get(finding.subject) ?? []), finding]);
  return hosts;
}

/** A host's capacity by its findings and by what the host itself answered, as the evidence keeps it. */
export function capacityOf(host: string, findings: readonly JudgedFinding[], answer: string): HostCapacity {
  const by = (check: (typeof sources)[number]) => findings.find((finding) => finding.check === check);
  const cores = judged(by('host.cpu-count'));
  const memory = judged(by('host.memory-total'));
  const free = by('storage.free-space');
  return {
    host,
    cores,
    memory: memory && { ...memory, available: judged(by('host.memory-available'))?.value },
    volumes: volumesIn(answer),
    free: free && { ...demandIn(free.expected), state: shownAs(free) },
  };
}

function judged(finding: JudgedFinding | undefined): Judged | undefined {
  if (finding === undefined) return undefined;
  const [value] = numbersIn(finding.actual);
  return value === undefined ? undefined : { value, state: shownAs(finding), ...demandIn(finding.expected) };
}

/** The bounds in an expectation's words, the minimum first. */
function demandIn(words: Text): Demand {
  const [minimum, recommended] = numbersIn(words);
  return { minimum, recommended };
}

function numbersIn(words: Text): readonly number[] {
  return (say('en-US', words).match(/\d+(\.\d+)?/g) ?? []).map(Number);
}

/** The file systems under the planned folders: lines `path=` and `space=` (a line of `df -kP`) of each. */
function volumesIn(answer: string): readonly Volume[] {
  const volumes = new Map<string, { paths: string[]; total: number; free: number }>();
  let path = '';
  for (const line of answer.split('\n')) {
    const [name, value = ''] = line.split(/=(.*)/s);
    if (name === 'path') path = value;
    if (name !== 'space' || path === '') continue;
    const [total, used, free, , mount] = value.trim().split(/\s+/).slice(-5);
    if (mount === undefined) continue;
    const key = `${mount} ${total} ${used}`;
    const known = volumes.get(key) ?? { paths: [], total: Number(total) / 1024 ** 2, free: Number(free) / 1024 ** 2 };
    if (!known.paths.includes(path)) known.paths.push(path);
    volumes.set(key, known);
  }
  return [...volumes.values()].filter(({ total }) => Number.isFinite(total) && total > 0);
}
