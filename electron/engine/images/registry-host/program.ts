import { SitewrightError } from '../../../contract/errors.ts';
import type { Bundle } from '../../bundle/bundle.ts';
import { type Architecture, architectures, type RegistryProgram } from '../../bundle/release.ts';
import type { RemoteHost } from '../../drivers/ssh/host.ts';
import { streamRefused } from '../host-script.ts';
import { programFolder, registryScript } from './settings.ts';
import type { RegistryHostState } from './state.ts';

/** The program for one host: a blob of the bundle. */
export type HostProgram = {
  readonly version: string;
  readonly architecture: string;
  readonly digest: string;
  /** The same in hexadecimal alone, as the host names it. */
  readonly sha256: string;
  readonly size: number;
};

const machines: Readonly<Record<string, Architecture>> = { x86_64: 'amd64', aarch64: 'arm64' };

/** The program that the host can run. Error: registry-program-missing. */
export async function programFor(
  remote: RemoteHost,
  bundle: Pick<Bundle, 'files'>,
  declared: RegistryProgram,
  signal: AbortSignal,
): Promise<HostProgram> {
  const machine = (await remote.exec('uname -m', { signal })).stdout.trim();
  const architecture = machines[machine];
  const file = architecture && bundle.files.get(declared.programs[architecture] ?? '');
  if (architecture === undefined || file === undefined)
    throw new SitewrightError('registry-program-missing', {
      ...{ version: declared.version, architecture: architecture ?? machine },
      carried: architectures.filter((one) => declared.programs[one] !== undefined).join(', '),
    });
  return { version: declared.version, architecture, ...file, sha256: file.digest.slice('sha256:'.length) };
}

/**
 * Brings the program to the host, from where an earlier attempt was cut; the host puts it in place only with its digest.
 * Errors: host-disk-full, registry-program-damaged, bundle-part-corrupt, those of SSH.
 */
export async function bringProgram(options: {
  readonly remote: RemoteHost;
  readonly bundle: Pick<Bundle, 'open'>;
  readonly program: HostProgram;
  readonly state: RegistryHostState;
  readonly signal: AbortSignal;
  readonly progress: (sent: number, total: number) => void;
}): Promise<{ readonly sent: number }> {
  const { remote, bundle, program, state, signal } = options;
  // What is longer than the program can be no beginning of it.
  const from = state.part < program.size ? state.part : 0;
  const { free, folder } = state.programSpace;
  if (free !== undefined && free < program.size - from)
    throw new SitewrightError(
      'host-disk-full',
      { host: remote.name, path: folder },
      { detail: `${program.size - from} bytes are to come, ${free} are free` },
    );
  let sent = from;
  const content = async function* () {
    for await (const chunk of bundle.open(program.digest, { offset: from, signal }) as AsyncIterable<Buffer>) {
      yield chunk;
      sent += chunk.length;
      options.progress(sent, program.size);
    }
  };
  const { code, stderr } = await remote.script(
    registryScript,
    ['receive', programFolder, program.sha256, String(program.size), String(from)],
    { stdin: content(), signal },
  );
  if (code !== 0) throw refusal(remote.name, program, code, stderr.trim().slice(-2000));
  return { sent: sent - from };
}

function refusal(host: string, { version }: HostProgram, code: number, detail: string): SitewrightError {
  if (code === 76) return new SitewrightError('registry-program-damaged', { host, version }, { detail });
  return streamRefused(host, { code, detail, path: programFolder, what: `${registryScript} receive` });
}
