import { SitewrightError } from '../../../contract/errors.ts';
import { text } from '../../../contract/text.ts';
import { programFolder, registryFiles, registryHostOf, unitFile } from '../../images/registry-host/settings.ts';
import type { PlanInput, StepPlan } from '../../plan/step.ts';
import type { RegistryHostInput } from './model.ts';

/**
 * The registry of a site that gets it from the bundle: one step, before anything is pushed; none where the site has its own.
 * Error: bundle-without-registry.
 */
export function planRegistryHost({ site, release }: PlanInput): readonly StepPlan<RegistryHostInput>[] {
  const registry = registryHostOf(site);
  if (registry === undefined || site.registry === undefined) return [];
  const declared = release.file.registry;
  if (declared === undefined) throw new SitewrightError('bundle-without-registry', { release: release.file.name });
  const { host, port, dataFolder, user, credential } = registry;
  const { version } = declared;
  const file = (path: string, mode: string) => text('images.effect.registry-file', { path, mode });
  return [
    {
      id: `images/registry/${host}`,
      stage: 'images',
      kind: 'registry',
      target: host,
      effects: [
        text('images.effect.registry-program', { version, folder: programFolder }),
        text('images.effect.registry-data', { folder: dataFolder }),
        file(registryFiles.config, '0600'),
        text('images.effect.registry-account', { path: registryFiles.accounts, user, credential }),
        text('images.effect.registry-unit', { path: unitFile }),
        text('images.effect.registry-start', { url: site.registry.url, port }),
      ],
      mutates: true,
      needs: [],
      weight: 15,
      input: { registry, url: site.registry.url },
    },
  ];
}
