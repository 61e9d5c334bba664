import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InventoryView } from '../../../contract/bundles.ts';
import { SitewrightError } from '../../../contract/errors.ts';
import type { RegistryTarget } from '../../../contract/registry-target.ts';
import { text } from '../../../contract/text.ts';
import type { Engine } from '../../engine.ts';
import { patientQuestions } from '../../images/patient.ts';
import { openTarget } from '../../images/target.ts';
import { auditKeyEntry, type OpenSite } from '../../site/open-site.ts';
import { splitReference } from '../image/reference.ts';
import { loadOrCreateSigningKey, signingKeyOf } from '../keys.ts';
import { type SiteInventory, signInventory } from './inventory.ts';
import { readHeldContent } from './read-registry.ts';

/**
 * Reads what the registry holds of a release's repositories and writes it down, signed by the site's key (by one of the data folder's
 * own for a registry that no site describes). The repositories are those of the bundle, else of the site's last run.
 * Errors: usage-invalid, vault-locked, registry-*, cancelled.
 */
export async function exportInventory(
  engine: Engine,
  request: {
    readonly target: RegistryTarget;
    readonly bundle?: readonly string[] | undefined;
    readonly out: string;
  },
  signal?: AbortSignal,
): Promise<InventoryView> {
  const { target, bundle, out } = request;
  const site = 'site' in target ? engine.openUnlocked(target.site) : undefined;
  const names = bundle
    ? (await engine.signedBundle(bundle, site?.name)).images.map(({ repository }) => repository)
    : repositoriesOf(site);
  if (names.length === 0)
    throw new SitewrightError('usage-invalid', { problem: text('usage.option-required', { option: '--bundle' }) });
  const key = site
    ? signingKeyOf(site.unlocked().vault.get(auditKeyEntry))
    : await loadOrCreateSigningKey(join(engine.options.home, 'inventory-signing.key'));
  const { registry } = openTarget(target, engine.openUnlocked);
  try {
    await patientQuestions(registry, signal).ping();
    const inventory: SiteInventory = {
      format: 1,
      site: site?.name ?? registry.host,
      registry: registry.host,
      read: engine.now().toISOString(),
      repositories: [...(await readHeldContent(registry, names, signal))],
    };
    await writeFile(out, signInventory(inventory, key));
    const blobs = new Map(
      inventory.repositories.flatMap((each) => each.blobs.map(({ digest, size }) => [digest, size])),
    );
    const view = {
      file: out,
      site: inventory.site,
      key: key.fingerprint,
      repositories: inventory.repositories.filter(({ manifests }) => manifests.length > 0).length,
      blobs: blobs.size,
      bytes: [...blobs.values()].reduce((sum, size) => sum + size, 0),
    };
    site?.unlocked().audit.append('site', site.name, { event: 'inventory-exported', ...view });
    return view;
  } finally {
    await registry.close();
  }
}

/** The repositories that the plan of the site's last run pushes to. */
function repositoriesOf(site: OpenSite | undefined): readonly string[] {
  const steps = site?.store.runs.last()?.plan.stages.flatMap((stage) => stage.steps) ?? [];
  return steps
    .filter(({ stage, kind }) => stage === 'images' && kind === 'push')
    .flatMap(({ input }) => (input as { images?: readonly string[] }).images ?? [])
    .flatMap((reference) => splitReference(reference)?.repository ?? []);
}
