import { type Text, text, verbatim } from '../../../contract/text.ts';
import { applyObjects, differencesOf, unchanged, waitForObjects } from '../../deploy/apply.ts';
import { diffText } from '../../deploy/diff.ts';
import type { KubernetesObject } from '../../drivers/kubernetes/client.ts';
import { nameOf, referenceOf } from '../../drivers/kubernetes/reference.ts';
import type { StepContext, StepKind } from '../../plan/step.ts';
import { clauses, clusterTarget, type NamespaceInput, type ObjectsInput } from './model.ts';
import { namespaceSecrets } from './namespace-secrets.ts';

/** Namespace first, then the registry account and the certificates in it. */
export const namespaceStep: StepKind<NamespaceInput> = {
  inspect: async (context, input) => {
    const differences = await differencesOf(context, [input.namespace, ...namespaceSecrets(context, input)]);
    return { satisfied: unchanged(differences), found: differences.map(({ object, state }) => ({ object, state })) };
  },
  apply: async (context, input) => {
    const objects = [input.namespace, ...namespaceSecrets(context, input)];
    await recordDifference(context, objects, 'namespace');
    await applyObjects(context, objects);
  },
  verify: async (context, input) => {
    const started = performance.now();
    await waitForObjects(context, [input.namespace]);
    const secrets = namespaceSecrets(context, input);
    const differences = await differencesOf(context, secrets);
    const right = differences.filter(({ state }) => state === 'unchanged');
    const namespace = input.namespace.metadata.name;
    context.finding({
      check: 'infrastructure.namespace',
      subject: clusterTarget,
      title: text('infrastructure.finding.namespace'),
      category: 'deployment',
      clause: clauses.network,
      qualification: 'IQ',
      mustPass: true,
      status: right.length === secrets.length ? 'passed' : 'failed',
      expected: text('infrastructure.finding.namespace.expected', {
        namespace,
        secrets: secrets.map(({ metadata }) => metadata.name).join(', '),
      }),
      actual: text('infrastructure.finding.namespace.actual', {
        state: text('infrastructure.active'),
        count: right.length,
        total: secrets.length,
      }),
      evidence: [],
      durationMs: performance.now() - started,
    });
  },
};

/** Storage or monitoring objects. A kind that the cluster does not know is a finding for monitoring and an error for storage. */
export const areaStep: StepKind<ObjectsInput> = {
  inspect: async (context, { area, objects }) => {
    const { known } = await partition(context, area, objects);
    const differences = await differencesOf(context, known);
    return { satisfied: unchanged(differences), found: differences.map(({ object, state }) => ({ object, state })) };
  },
  apply: async (context, { area, objects }) => {
    const { known } = await partition(context, area, objects);
    await recordDifference(context, known, area);
    await applyObjects(context, known);
  },
  verify: async (context, { area, objects }) => {
    const started = performance.now();
    const { known, unknown } = await partition(context, area, objects);
    await waitForObjects(context, known);
    const differences = await differencesOf(context, known);
    const there = differences.filter(({ state }) => state === 'unchanged').length;
    const kinds = [...new Set(unknown.map(({ kind }) => kind))].join(', ');
    context.finding({
      check: `infrastructure.${area}`,
      subject: clusterTarget,
      title: text(`infrastructure.finding.${area}`),
      category: area,
      clause: clauses[area],
      qualification: 'IQ',
      mustPass: area === 'storage',
      status: there < known.length ? 'failed' : unknown.length > 0 ? 'warning' : 'passed',
      expected: text('infrastructure.finding.objects.expected', { count: objects.length }),
      actual: actualOf(there, objects.length, kinds),
      ...(unknown.length > 0 ? { fix: { text: text('infrastructure.finding.monitoring.fix') } } : {}),
      why: verbatim(objects.map((object) => nameOf(referenceOf(object))).join(', ')),
      evidence: [],
      durationMs: performance.now() - started,
    });
  },
};

function actualOf(there: number, count: number, kinds: string): Text {
  return kinds === ''
    ? text('infrastructure.finding.objects.actual', { there, count })
    : text('infrastructure.finding.objects.unknown', { there, count, kinds });
}

/** Monitoring objects of an operator may meet a cluster without that operator; everything else must be known. */
async function partition(
  context: StepContext,
  area: ObjectsInput['area'],
  objects: readonly KubernetesObject[],
): Promise<{ readonly known: readonly KubernetesObject[]; readonly unknown: readonly KubernetesObject[] }> {
  if (area === 'storage') return { known: objects, unknown: [] };
  const client = await context.drivers.kubernetes();
  const known: KubernetesObject[] = [];
  const unknown: KubernetesObject[] = [];
  for (const object of objects) ((await client.knows(object)) ? known : unknown).push(object);
  return { known, unknown };
}

async function recordDifference(
  context: StepContext,
  objects: readonly KubernetesObject[],
  group: 'namespace' | ObjectsInput['area'],
): Promise<void> {
  const differences = await differencesOf(context, objects);
  context.evidence(
    text('services.evidence.diff', { group: text(`services.group.${group}`) }),
    'text/plain',
    diffText(differences),
  );
}
