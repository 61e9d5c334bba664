import { text } from '../../../contract/text.ts';
import { registryHostOf } from '../../images/registry-host/settings.ts';
import type { PlanInput } from '../../plan/step.ts';
import type { DependenciesPlan } from './model.ts';

/** One step per endpoint of the site. */
export function planDependencies({ site, release }: PlanInput): readonly DependenciesPlan[] {
  const { registry, database, kubernetes } = site;
  const common = { stage: 'dependencies' as const, needs: [] };
  const steps: DependenciesPlan[] = [];
  const host = registryHostOf(site);
  if (host !== undefined && release.images.length > 0) {
    // There is nothing to ask yet: the host is looked at instead.
    steps.push({
      ...common,
      id: `dependencies/registry-host/${host.host}`,
      kind: 'registry-host',
      target: host.host,
      effects: [text('checks.effect.registry-host', { port: host.port, folder: host.dataFolder })],
      mutates: false,
      weight: 2,
      input: { registry: host },
    });
  } else if (registry !== undefined) {
    const effects = [text('checks.effect.registry', { url: registry.url })];
    const input = { url: registry.url };
    steps.push({
      ...common,
      id: 'dependencies/registry/registry',
      kind: 'registry',
      target: 'registry',
      effects,
      mutates: false,
      weight: 2,
      input,
    });
  }
  // A delta is of no use where what it builds on is gone: found out before the first change.
  if (registry !== undefined && release.base !== undefined) {
    steps.push({
      ...common,
      id: 'dependencies/base/registry',
      kind: 'base',
      target: 'registry',
      effects: [text('checks.effect.base', { count: release.base.blobs })],
      mutates: false,
      weight: 2,
      input: { blobs: release.base.blobs },
    });
  }
  if (database !== undefined) {
    const { address, port, user, names } = database;
    const effects = [
      text('checks.effect.database-read', { address: `${address}:${port}`, user }),
      text('checks.effect.database-scratch'),
    ];
    const input = { address, port, servername: names[0] ?? address };
    steps.push({
      ...common,
      id: 'dependencies/database/database',
      kind: 'database',
      target: 'database',
      effects,
      mutates: true,
      weight: 3,
      input,
    });
  }
  if (kubernetes !== undefined) {
    const { server } = kubernetes;
    const effects = [text('checks.effect.cluster', { server })];
    steps.push({
      ...common,
      id: 'dependencies/cluster/cluster',
      kind: 'cluster',
      target: 'cluster',
      effects,
      mutates: false,
      weight: 5,
      input: { server },
    });
  }
  return steps;
}
