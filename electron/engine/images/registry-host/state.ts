import type { RemoteHost } from '../../drivers/ssh/host.ts';
import { freeBytes, sectionsOf } from '../host-script.ts';
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
  const lines = sectionsOf(host, registryScript, words);
  const of = (section: string): string => lines(section)[0]?.trim() ?? '';
  const [pid, ...name] = of('holder').split(' ');
  return {
    systemd: of('init') === 'systemd',
    program: of('program'),
    part: Number(of('part')) || 0,
    programSpace: spaceOf(lines('program_space')),
    dataSpace: spaceOf(lines('data_space')),
    own: of('own') === '' ? undefined : Number(of('own')),
    holder:
      pid === undefined || pid === ''
        ? undefined
        : { pid: Number.isNaN(Number(pid)) ? undefined : Number(pid), name: name.join(' ') },
    inputs: of('inputs'),
    started: of('started'),
    blobs: new Set(
      lines('blobs')
        .map((line) => line.trim())
        .filter((line) => /^[0-9a-f]{64}$/.test(line))
        .map((hex) => `sha256:${hex}`),
    ),
  };
}

function spaceOf([folder = '', line]: readonly string[]): Space {
  return { folder: folder.trim(), free: freeBytes(line) };
}

/** Whether somebody else listens where the registry shall. */
export function isPortTaken({ holder, own }: RegistryHostState): boolean {
  return holder !== undefined && (own === undefined || holder.pid !== own);
}

/** Whether it runs, with what stands on the disk now. */
export function isUpToDate({ own, holder, inputs, started }: RegistryHostState): boolean {
  return own !== undefined && holder?.pid === own && inputs === started;
}
