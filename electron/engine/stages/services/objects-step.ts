import { text } from '../../../contract/text.ts';
import { applyObjects, differencesOf, unchanged, waitForObjects } from '../../deploy/apply.ts';
import { diffText, type ObjectDiff } from '../../deploy/diff.ts';
import { rollingKinds } from '../../deploy/podtemplate.ts';
import type { KubernetesClient, KubernetesObject } from '../../drivers/kubernetes/client.ts';
import { isRecord } from '../../drivers/kubernetes/json.ts';
import { nameOf, referenceOf } from '../../drivers/kubernetes/reference.ts';
import type { StepContext, StepKind } from '../../plan/step.ts';
import { clause, clusterTarget, type ObjectsInput } from './model.ts';
import { recordWorkload } from './workload-proof.ts';

/** One change group of the release: the difference is kept as evidence, then applied, waited for and proven. */
export const objectsStep: StepKind<ObjectsInput> = {
  inspect: async (context, { objects }) => {
    const differences = await differencesOf(context, objects);
    return {
      // Whether it is ready too is asked by verify, which waits.
      satisfied: unchanged(differences),
      found: differences.map(({ object, state }) => ({ object, state })),
    };
  },
  apply: async (context, { group, objects }) => {
    const differences = await differencesOf(context, objects);
    const evidence = context.evidence(
      text('services.evidence.diff', { group: text(`services.group.${group}`) }),
      'text/plain',
      diffText(differences),
    );
    context.saveCheckpoint({ diff: [...earlierDiffs(context), evidence] });
    await applyObjects(context, objects);
  },
  verify: async (context, { group, objects }) => {
    const started = performance.now();
    await waitForObjects(context, objects);
    const client = await context.drivers.kubernetes();
    const differences = await differencesOf(context, objects);
    const title = text('services.evidence.objects', { group: text(`services.group.${group}`) });
    const list = context.evidence(title, 'text/plain', await listing(client, objects));
    const evidence = [...earlierDiffs(context), list];
    recordApplied(context, group, differences, evidence, performance.now() - started);
    for (const object of objects) {
      if (rollingKinds.includes(object.kind)) await recordWorkload(context, client, object, evidence);
    }
  },
};

function recordApplied(
  context: StepContext,
  group: ObjectsInput['group'],
  differences: readonly ObjectDiff[],
  evidence: readonly string[],
  durationMs: number,
): void {
  const differing = differences.filter((difference) => difference.state !== 'unchanged');
  const names = differing.map(({ object, changes }) =>
    changes.length === 0 ? object : `${object} (${changes.map(({ path }) => path).join(', ')})`,
  );
  context.finding({
    check: `services.applied.${group}`,
    subject: clusterTarget,
    title: text('services.finding.applied'),
    category: 'deployment',
    clause,
    qualification: 'IQ',
    mustPass: true,
    status: differing.length === 0 ? 'passed' : 'failed',
    expected: text('services.finding.applied.expected', { count: differences.length }),
    actual:
      differing.length === 0
        ? text('services.finding.applied.actual', { count: differences.length, differing: 0 })
        : text('services.finding.differing', { count: differing.length, objects: names.join('; ') }),
    evidence: [...evidence],
    durationMs,
  });
}

/** The objects as the cluster holds them: identity and versions, no content. */
async function listing(client: KubernetesClient, objects: readonly KubernetesObject[]): Promise<string> {
  const lines: string[] = [];
  for (const object of objects) {
    const live = await client.get(referenceOf(object));
    const { uid = '-', resourceVersion = '-', generation = '-' } = live?.metadata ?? {};
    lines.push(
      [
        nameOf(referenceOf(object)),
        object.apiVersion,
        `uid ${uid}`,
        `resourceVersion ${resourceVersion}`,
        `generation ${generation}`,
      ].join('\t'),
    );
  }
  return `${lines.join('\n')}\n`;
}

/** Evidence ids of the differences that earlier attempts of this step recorded. */
function earlierDiffs(context: StepContext): readonly string[] {
  const saved = context.checkpoint();
  return isRecord(saved) && Array.isArray(saved.diff) ? saved.diff.map(String) : [];
}
