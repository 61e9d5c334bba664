import { text } from '../../../contract/text.ts';
import type { PlanInput } from '../../plan/step.ts';
import type { InventoryPlan } from './model.ts';

/** The comparison of the site first, as it needs nobody; then one connection per host. */
export function planInventory({ site, release }: PlanInput): readonly InventoryPlan[] {
  // Folders say which roles the release counts on; containers need a node.
  const roles = [...new Set(['worker', ...release.file.folders.map(({ role }) => role)])].sort();
  return [
    {
      id: 'inventory/consistency/site',
      stage: 'inventory',
      kind: 'consistency',
      target: site.name,
      effects: [text('checks.effect.consistency')],
      mutates: false,
      needs: [],
      weight: 1,
      input: { roles },
    },
    ...site.hosts.map(
      (host): InventoryPlan => ({
        id: `inventory/connect/${host.name}`,
        stage: 'inventory',
        kind: 'connect',
        target: host.name,
        effects: [
          text('checks.effect.connect', {
            user: host.user,
            address: `${host.address}:${host.port}`,
            become: text(`checks.expected.become.${host.become}`),
          }),
        ],
        mutates: false,
        needs: [],
        weight: 2,
        input: { host: host.name },
      }),
    ),
  ];
}
