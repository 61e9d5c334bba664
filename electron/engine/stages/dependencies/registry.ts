import { registryChecks } from '../../checks/dependencies.ts';
import { probe, type RegistryFacts } from '../../checks/endpoints.ts';
import { endpointOf } from '../../checks/plan.ts';
import type { StepContext, StepKind } from '../../plan/step.ts';
import type { RegistryInput } from './model.ts';
import { judgeAndRecord, readTls } from './steps.ts';

/** Reads the registry as far as its certificate allows: nothing is sent over a connection that is not verified. */
export const registryStep: StepKind<RegistryInput> = {
  verify: async (context, { url }) => {
    const begun = performance.now();
    judgeAndRecord(context, 'registry', await readRegistry(context, url), registryChecks, begun);
  },
};

async function readRegistry(context: StepContext, url: string): Promise<RegistryFacts> {
  const { http } = context.drivers;
  const ping = () =>
    probe(async () => {
      await (await context.drivers.registry()).ping();
      return true as const;
    });
  if (new URL(url).protocol === 'http:') {
    const answer = await probe(() =>
      http.request({ method: 'GET', url: new URL('/v2/', url).href, timeoutMs: 10_000, signal: context.signal }),
    );
    const tcp = 'value' in answer ? ({ value: true } as const) : answer;
    return { scheme: 'http', tcp, tls: null, ping: 'value' in tcp ? await ping() : null };
  }
  const { address, port } = endpointOf(url);
  const { tcp, tls } = await readTls(probe, http, { address, port, servername: address, signal: context.signal });
  const trusted = 'value' in tls && tls.value.authorized;
  return { scheme: 'https', tcp, tls, ping: trusted ? await ping() : null };
}
