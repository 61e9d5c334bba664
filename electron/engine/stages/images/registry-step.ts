import { randomBytes } from 'node:crypto';
import { SitewrightError } from '../../../contract/errors.ts';
import { text } from '../../../contract/text.ts';
import { makePassword } from '../../data/password.ts';
import type { RemoteHost } from '../../drivers/ssh/host.ts';
import { isSameFile } from '../../drivers/ssh/same-file.ts';
import { accountLine, holdsAccount } from '../../images/registry-host/account.ts';
import { bringProgram, programFor } from '../../images/registry-host/program.ts';
import {
  programFolder,
  registryConfig,
  registryFiles,
  registryScript,
  registryUnit,
  unitFile,
  uploadKeyEntry,
} from '../../images/registry-host/settings.ts';
import { lackingBytes, reserveBytes } from '../../images/registry-host/space.ts';
import { isPortTaken, isUpToDate, type RegistryHostState, readRegistryHost } from '../../images/registry-host/state.ts';
import type { StepContext, StepKind } from '../../plan/step.ts';
import type { AskedRegistryHost, RegistryHostInput } from './model.ts';
import { proveRegistryHost } from './registry-proof.ts';

/** Brings the registry from the bundle to its host and starts it there; an upgrade and changed settings start it anew. */
export const registryHost: StepKind<RegistryHostInput> = {
  inspect: async (context, input) => {
    const asked = await askRegistryHost(context, input);
    const { state, program } = asked;
    const found = { running: state.own !== undefined, program: state.program === program.sha256, part: state.part };
    return { satisfied: isStarted(asked) && (await areFilesThere(context, input, asked)), found };
  },
  apply: async (context, input) => {
    const { signal, bundle, vault } = context;
    const { registry } = input;
    const { remote, program, state } = await askRegistryHost(context, input);
    if (isPortTaken(state)) throw portTaken(input, `${state.holder?.name} ${state.holder?.pid ?? ''}`);
    await refuseFullDisk(context, input, state);
    if (state.program !== program.sha256) {
      const progress = (sent: number, total: number) => context.progress(sent, total, 'bytes');
      const { sent } = await bringProgram({ remote, bundle, program, state, signal, progress });
      context.log('info', registry.host, text('images.registry.brought', { version: program.version, bytes: sent }));
    }
    // One that is there already may hold more than images: its owner and mode are not touched.
    if ((await remote.stat(registry.dataFolder)) === undefined)
      await remote.makeFolder(registry.dataFolder, { mode: 0o700, uid: 0, gid: 0 });
    vault.getOrCreate(uploadKeyEntry, () => randomBytes(32).toString('hex'));
    const password = vault.getOrCreate(registry.credential, makePassword);
    for (const { path, content, mode } of plannedFiles(context, input, { program, state })) {
      if (await isSameFile(remote, path, content, mode)) continue;
      await remote.writeFile(path, content, { mode, uid: 0, gid: 0 });
      context.log('info', registry.host, text('images.registry.written', { path }));
    }
    if (!(await isAccountThere(remote, input, password)))
      await remote.writeFile(registryFiles.accounts, await accountLine(registry.user, password), secretFile);
    const started = await remote.script(
      registryScript,
      ['start', programFolder, program.sha256, String(registry.port)],
      { signal, stallMs: 90_000 },
    );
    const said = started.stderr.trim().slice(-2000);
    if (started.code === 3) throw portTaken(input, said);
    if (started.code !== 0)
      throw new SitewrightError('registry-start-failed', { host: registry.host }, { detail: said });
    context.log('info', registry.host, text('images.registry.started', { version: program.version, url: input.url }));
  },
  verify: async (context, input) => {
    const asked = await askRegistryHost(context, input);
    if (!isStarted(asked) || !(await areFilesThere(context, input, asked)))
      throw new SitewrightError('registry-start-failed', { host: input.registry.host });
    await proveRegistryHost(context, input, asked);
  },
};

const secretFile = { mode: 0o600, uid: 0, gid: 0 } as const;

async function askRegistryHost(context: StepContext, { registry }: RegistryHostInput): Promise<AskedRegistryHost> {
  const host = context.site.hosts.find(({ name }) => name === registry.host);
  if (host === undefined)
    throw new SitewrightError('site-invalid', { file: context.site.name, problem: `hosts: ${registry.host}` });
  const declared = context.release.file.registry;
  if (declared === undefined)
    throw new SitewrightError('bundle-without-registry', { release: context.release.file.name });
  const remote = await context.drivers.ssh(host);
  const program = await programFor(remote, context.bundle, declared, context.signal);
  return { remote, program, state: await readRegistryHost(remote, registry, program.sha256, context.signal) };
}

/** Whether the bundle's program stands on the host and runs with what stands on its disk now. */
function isStarted({ program, state }: AskedRegistryHost): boolean {
  return state.program === program.sha256 && isUpToDate(state);
}

type PlannedFile = { readonly path: string; readonly content: string; readonly mode: number };

function plannedFiles(
  { vault }: StepContext,
  { registry }: RegistryHostInput,
  { program, state }: Pick<AskedRegistryHost, 'program' | 'state'>,
): readonly PlannedFile[] {
  const config = {
    path: registryFiles.config,
    content: registryConfig(registry, vault.get(uploadKeyEntry)),
    mode: 0o600,
  };
  if (!state.systemd) return [config];
  return [config, { path: unitFile, content: registryUnit(registry, program.sha256), mode: 0o644 }];
}

async function areFilesThere(
  context: StepContext,
  input: RegistryHostInput,
  asked: AskedRegistryHost,
): Promise<boolean> {
  const { vault } = context;
  if (!vault.has(uploadKeyEntry) || !vault.has(input.registry.credential)) return false;
  for (const { path, content, mode } of plannedFiles(context, input, asked))
    if (!(await isSameFile(asked.remote, path, content, mode))) return false;
  return await isAccountThere(asked.remote, input, vault.get(input.registry.credential));
}

async function isAccountThere(remote: RemoteHost, { registry }: RegistryHostInput, password: string): Promise<boolean> {
  const { accounts } = registryFiles;
  if ((await remote.stat(accounts))?.mode !== secretFile.mode) return false;
  const file = await remote.readFile(accounts);
  return file !== undefined && (await holdsAccount(file.toString('utf8'), registry.user, password));
}

/** What cannot even arrive is not begun. Error: host-disk-full. */
async function refuseFullDisk(context: StepContext, { registry }: RegistryHostInput, state: RegistryHostState) {
  const { bundle, release } = context;
  const lacking = await lackingBytes(bundle, release.images, state.blobs);
  const { free, folder } = state.dataSpace;
  if (free === undefined || lacking === 0 || free >= lacking + reserveBytes) return;
  throw new SitewrightError(
    'host-disk-full',
    { host: registry.host, path: folder },
    { detail: `${lacking} bytes of images are to come, ${free} are free, ${reserveBytes} are left free` },
  );
}

function portTaken({ registry }: RegistryHostInput, holder: string): SitewrightError {
  return new SitewrightError('registry-port-taken', {
    host: registry.host,
    port: registry.port,
    holder: holder.trim(),
  });
}
