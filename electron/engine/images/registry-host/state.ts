import { SitewrightError } from '../../../contract/errors.ts';
import type { RemoteHost } from '../../drivers/ssh/host.ts';
import { programFolder, type RegistryHost, registryScript } from './settings.ts';

/** A file system: the folder nearest to the one that was asked for, and the bytes free; undefined where df did not say. */
export type Space = { readonly folder: string; readonly free: number | undefined };

/** What a host is, and has of its registry. */
export type RegistryHostState = {
  readonly systemd: boolean;
  /** SHA-256 of the program that stands under the digest that was asked for; empty where there is none. */
  readonly program: string;
  /** Bytes of it that came before a cut. */
  readonly part: number;
  readonly programSpace: Space;
  readonly dataSpace: Space;
  /** Process of the registry; undefined when it does not run. */
  readonly own: number | undefined;
  /** Who listens on its port; undefined when nobody does. */
  readonly holder: { readonly pid: number | undefined; readonly name: string } | undefined;
  /** Digests over everything that is read at the start: as it is now, and as it was then. */
  readonly inputs: string;
  readonly started: string;
  /** Digests that its storage holds. */
  readonly blobs: ReadonlySet<string>;
};

/** Asks the host once, changing nothing. Errors: host-script-output, those of SSH. */
export async function readRegistryHost(
  remote: RemoteHost,
  { port, dataFolder }: RegistryHost,
  sha256: string,
  signal: AbortSignal,
): Promise<RegistryHostState> {
  const result = await remote.script(registryScript, ['state', programFolder, sha256, String(port), dataFolder], {
    signal,
  });
  return parseRegistryHost(remote.name, result.stdout);
}

/** Reads the answer of the script. Error: host-script-output. */
export function parseRegistryHost(host: string, words: string): RegistryHostState {
  const sections = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of words.split('\n')) {
    const head = /^== ([\w ]+)$/.exec(line)?.[1];
    if (head === undefined) {
      if (line.trim() !== '') lines.push(line.trim());
    } else {
      lines = [];
      sections.set(head, lines);
    }
  }
  // The last section stands only behind a whole answer.
  if (!sections.has('end'))
    throw new SitewrightError('host-script-output', { host, what: registryScript }, { detail: words.slice(-2000) });
  const of = (section: string): string => sections.get(section)?.[0] ?? '';
  const [pid, ...name] = of('holder').split(' ');
  return {
    systemd: of('init') === 'systemd',
    program: of('program'),
    part: Number(of('part')) || 0,
    programSpace: spaceOf(sections.get('program space')),
    dataSpace: spaceOf(sections.get('data space')),
    own: of('own') === '' ? undefined : Number(of('own')),
    holder:
      pid === undefined || pid === ''
        ? undefined
        : { pid: Number.isNaN(Number(pid)) ? undefined : Number(pid), name: name.join(' ') },
    inputs: of('inputs'),
    started: of('started'),
    blobs: new Set(
      (sections.get('blobs') ?? []).filter((line) => /^[0-9a-f]{64}$/.test(line)).map((hex) => `sha256:${hex}`),
    ),
  };
}

function spaceOf([folder = '', line = '']: readonly string[] = []): Space {
  const kibibytes = Number(line.split(/\s+/)[3]);
  return { folder, free: line === '' || !Number.isFinite(kibibytes) ? undefined : kibibytes * 1024 };
}

/** Whether somebody else listens where the registry shall. */
export function isPortTaken({ holder, own }: RegistryHostState): boolean {
  return holder !== undefined && (own === undefined || holder.pid !== own);
}

/** Whether it runs, with what stands on the disk now. */
export function isUpToDate({ own, holder, inputs, started }: RegistryHostState): boolean {
  return own !== undefined && holder?.pid === own && inputs === started;
}
