import { text } from '../../../contract/text.ts';
import { digestOf } from '../../deploy/images.ts';
import { containersOf, podTemplateOf } from '../../deploy/podtemplate.ts';
import { type Judgement, judge } from '../../deploy/ready.ts';
import { selectorOf } from '../../deploy/wait.ts';
import type { KubernetesClient, KubernetesObject } from '../../drivers/kubernetes/client.ts';
import { recordsAt, wordsAt } from '../../drivers/kubernetes/json.ts';
import { referenceOf } from '../../drivers/kubernetes/reference.ts';
import type { StepContext } from '../../plan/step.ts';
import { clause } from './model.ts';

/** Proves that a workload is ready and that each of its pods runs exactly the images of the bundle. */
export async function recordWorkload(
  context: StepContext,
  client: KubernetesClient,
  object: KubernetesObject,
  evidence: readonly string[],
): Promise<void> {
  const started = performance.now();
  const live = await client.get(referenceOf(object));
  const selector = live === undefined ? undefined : selectorOf(live);
  const found =
    selector === undefined
      ? []
      : await client.list({ apiVersion: 'v1', kind: 'Pod', namespace: object.metadata.namespace }, selector);
  const pods = found.filter((pod) => pod.metadata.deletionTimestamp === undefined);
  const judgement: Judgement = judge(live, { now: client.now(), pods });
  const wanted = new Map(
    containersOf(podTemplateOf(object)).map((container) => [String(container.name), digestOf(String(container.image))]),
  );
  const matching = pods.filter((pod) => runsExactly(pod, wanted));
  const passed = judgement.state === 'ready' && matching.length === pods.length;
  context.finding({
    check: 'services.workload',
    subject: object.metadata.name,
    title: text('services.finding.workload', { name: object.metadata.name }),
    category: 'deployment',
    clause,
    qualification: 'IQ',
    mustPass: true,
    status: passed ? 'passed' : 'failed',
    expected: text('services.finding.workload.expected'),
    actual: text('services.finding.workload.actual', {
      state: judgement.reason,
      pods: pods.length,
      matching: matching.length,
      digests: [...new Set(wanted.values())].join(', '),
    }),
    evidence: [...evidence],
    durationMs: performance.now() - started,
  });
}

/** `imageID` is what the node really runs, whatever the pod's image field says. */
function runsExactly(pod: KubernetesObject, wanted: ReadonlyMap<string, string>): boolean {
  const statuses = [
    ...recordsAt(pod, 'status', 'initContainerStatuses'),
    ...recordsAt(pod, 'status', 'containerStatuses'),
  ];
  return [...wanted].every(([name, digest]) => {
    const status = statuses.find((candidate) => candidate.name === name);
    return status !== undefined && wordsAt(status, 'imageID').endsWith(digest);
  });
}
