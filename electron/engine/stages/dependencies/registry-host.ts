import { SitewrightError } from '../../../contract/errors.ts';
import { registryHostChecks } from '../../checks/dependencies.ts';
import { probe, type RegistryHostFacts } from '../../checks/endpoints.ts';
import { type HostProgram, programFor } from '../../images/registry-host/program.ts';
import { lackingBytes, reserveBytes } from '../../images/registry-host/space.ts';
import { isPortTaken, readRegistryHost } from '../../images/registry-host/state.ts';
import type { StepContext, StepKind } from '../../plan/step.ts';
import type { RegistryHostInput } from './model.ts';
import { judgeAndRecord } from './steps.ts';

/** Looks at the host that will run the bundle's registry: what would stop it later is told before anything is changed. */
export const registryHostStep: StepKind<RegistryHostInput> = {
  verify: async (context, input) => {
    const begun = performance.now();
    judgeAndRecord(context, input.registry.host, await readFacts(context, input), registryHostChecks, begun);
  },
};

async function readFacts(context: StepContext, { registry }: RegistryHostInput): Promise<RegistryHostFacts> {
  const { site, bundle, release, signal } = context;
  const host = site.hosts.find(({ name }) => name === registry.host);
  const declared = release.file.registry;
  if (host === undefined)
    throw new SitewrightError('site-invalid', { file: site.name, problem: `hosts: ${registry.host}` });
  if (declared === undefined) throw new SitewrightError('bundle-without-registry', { release: release.file.name });
  const remote = await context.drivers.ssh(host);
  const found = await probe(() => programFor(remote, bundle, declared, signal));
  if (!('value' in found)) return { program: found, host: null };
  const program: HostProgram = found.value;
  const asked = await probe(async () => {
    const state = await readRegistryHost(remote, registry, program.sha256, signal);
    const lacking = await lackingBytes(bundle, release.images, state.blobs);
    return {
      systemd: state.systemd,
      running: state.own !== undefined,
      holder: isPortTaken(state) ? `${state.holder?.name} ${state.holder?.pid ?? ''}`.trim() : '',
      free: state.dataSpace.free ?? null,
      folder: state.dataSpace.folder,
      needed: lacking === 0 ? 0 : lacking + reserveBytes,
    };
  });
  return { program: { value: { version: program.version, architecture: program.architecture } }, host: asked };
}
