import { text } from '../../contract/text.ts';
import type { KubernetesClient, KubernetesObject } from '../drivers/kubernetes/client.ts';
import { nameOf, referenceOf } from '../drivers/kubernetes/reference.ts';
import type { StepContext } from '../plan/step.ts';
import { diffObject, type ObjectDiff } from './diff.ts';
import { fillObject, withConfigurationHash } from './fill.ts';
import { groupObjects } from './order.ts';
import { waitUntilReady } from './wait.ts';

export { renderDocuments, renderRelease } from './render.ts';

export type ApplyOptions = {
  /** Wait until every object is ready, with the reason in the progress note; default true. */
  readonly wait?: boolean;
  /** Limit of the whole wait in seconds; default 300. */
  readonly timeoutSeconds?: number;
};

const usualTimeoutSeconds = 300;

/**
 * Applies objects of the release as field manager `sitewright`, in the order of their change groups. Fills `${secret.*}`
 * and `${authority}` in memory just before. An object that is already as wanted is not written.
 * Errors: kubernetes-*, vault-missing-secret, workload-failed, workload-timeout.
 */
export async function applyObjects(
  context: StepContext,
  objects: readonly KubernetesObject[],
  options: ApplyOptions = {},
): Promise<void> {
  const client = await context.drivers.kubernetes();
  const timeoutSeconds = options.timeoutSeconds ?? usualTimeoutSeconds;
  const total = objects.length * (options.wait === false ? 1 : 2);
  let done = 0;
  for (const { group, objects: members } of groupObjects(objects)) {
    for (const object of members) {
      context.signal.throwIfAborted();
      const { desired, difference } = await differenceOf(context, client, object);
      context.progress(done, total, undefined, text('services.applying', { object: difference.object }));
      if (difference.state !== 'unchanged') {
        await client.apply(desired);
        context.log(
          'info',
          difference.object,
          text(difference.state === 'created' ? 'services.log.created' : 'services.log.changed', {
            object: difference.object,
          }),
        );
      }
      done += 1;
    }
    // What follows stands on these: a namespace that is being made, a kind that the cluster has yet to serve.
    if (group === 'foundations')
      await waitUntilReady(context, client, members, { timeoutSeconds, share: { from: done, total, each: 0 } });
  }
  if (options.wait !== false)
    await waitUntilReady(context, client, objects, { timeoutSeconds, share: { from: objects.length, total, each: 1 } });
}

/**
 * Waits until every object is ready; a Job counts as ready when it has completed.
 * Errors: workload-failed as soon as it is certain, workload-timeout at the limit.
 */
export async function waitForObjects(
  context: StepContext,
  objects: readonly KubernetesObject[],
  options: { readonly timeoutSeconds?: number } = {},
): Promise<void> {
  const client = await context.drivers.kubernetes();
  await waitUntilReady(context, client, objects, { timeoutSeconds: options.timeoutSeconds ?? usualTimeoutSeconds });
}

/**
 * What an apply would change, asked of the cluster by a dry run, so that its defaults and other managers count. Changes
 * nothing. Errors: kubernetes-conflict where fields belong to another manager, kubernetes-refused.
 */
export async function differencesOf(
  context: StepContext,
  objects: readonly KubernetesObject[],
): Promise<readonly ObjectDiff[]> {
  const client = await context.drivers.kubernetes();
  const differences: ObjectDiff[] = [];
  for (const object of objects) differences.push((await differenceOf(context, client, object)).difference);
  return differences;
}

/** Whether nothing would change. */
export function unchanged(differences: readonly ObjectDiff[]): boolean {
  return differences.every((difference) => difference.state === 'unchanged');
}

async function differenceOf(
  context: StepContext,
  client: KubernetesClient,
  object: KubernetesObject,
): Promise<{ readonly desired: KubernetesObject; readonly difference: ObjectDiff }> {
  const desired = await withConfigurationHash(context, client, fillObject(context, object));
  const live = await client.get(referenceOf(desired));
  if (live === undefined)
    return { desired, difference: { object: nameOf(referenceOf(desired)), state: 'created', changes: [] } };
  const dry = await client.apply(desired, { dryRun: true });
  return { desired, difference: diffObject(dry, live, { complete: true }) };
}
