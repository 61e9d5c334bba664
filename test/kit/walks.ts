import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from '../../electron/contract/calls.ts';
import type { WalkView } from '../../electron/contract/views.ts';
import { practiceName } from './practice-home.ts';

type Client = ContractRouterClient<Contract>;

/** What a walk of the practice site is begun with. */
export type Walkable = { readonly client: Client; readonly practice: { readonly bundle: string } };

/** Begins a walk of the practice site, whatever its plan. */
export async function beginWalk({ client, practice }: Walkable): Promise<void> {
  const site = { site: practiceName, bundle: [practice.bundle] };
  const { digest } = await client.plan.show(site);
  await client.walk.start({ ...site, plan: digest });
}

/** The practice site's walk once it is over, as the engine itself tells. */
export async function endOfWalk({ client }: Pick<Walkable, 'client'>): Promise<WalkView> {
  for await (const event of await client.walk.watch({ site: practiceName })) if (event.type === 'end') break;
  return await client.walk.state({ site: practiceName });
}

/** The run of a site once it is begun and, where wanted, over. Waits as long as given, in ms, and gives what it saw last. */
export async function walkOf(
  client: Client,
  site: string,
  until: 'begun' | 'over' = 'begun',
  limitMs = until === 'begun' ? 20_000 : 200_000,
): Promise<WalkView> {
  for (const limit = Date.now() + limitMs; ; await new Promise((resolve) => setTimeout(resolve, 300))) {
    const late = Date.now() > limit;
    try {
      const walk = await client.walk.state({ site });
      if (late || until === 'begun' || walk.state !== 'running') return walk;
    } catch (error) {
      if (late) throw error;
    }
  }
}
