import { type Text, text } from '../../../contract/text.ts';
import { additionsOf, effectOf } from '../../deploy/effects.ts';
import { lintObjects } from '../../deploy/lint.ts';
import { type ChangeGroup, groupObjects } from '../../deploy/order.ts';
import { parametersOf } from '../../deploy/parameters.ts';
import { releaseObjectNames, renderDocuments } from '../../deploy/render.ts';
import { partOfLabel } from '../../deploy/scope.ts';
import type { KubernetesObject } from '../../drivers/kubernetes/client.ts';
import type { PlanInput, StepPlan } from '../../plan/step.ts';
import {
  clusterTarget,
  type EndpointInput,
  type ObjectsInput,
  type ParametersInput,
  type PruneInput,
} from './model.ts';

/** Expected seconds of a group without its workloads' start. */
const groupWeight: Readonly<Record<ChangeGroup, number>> = {
  foundations: 3,
  configuration: 2,
  accounts: 2,
  workloads: 25,
};

/**
 * Parameters and manifests are judged first, then one step per change group, then one per service that is reached from
 * outside. Errors: parameters-invalid, release-invalid, bundle-image-missing.
 */
export function planServices({ site, release }: PlanInput): readonly StepPlan[] {
  if (site.kubernetes === undefined) return [];
  const paths = release.file.manifests;
  const objects = renderDocuments({ site, release, paths }).filter(
    (object) => !isOwnNamespace(object, release.file.namespace),
  );
  const parameters: StepPlan<ParametersInput> = {
    id: `services/parameters/${release.file.name}`,
    stage: 'services',
    kind: 'parameters',
    target: release.file.name,
    effects: [...parameterEffects(parametersOf(site, release)), ...lintEffects(objects)],
    mutates: false,
    needs: [],
    weight: 1,
    input: { paths },
  };
  const steps: StepPlan[] = [parameters];
  for (const { group, objects: members } of groupObjects(objects)) {
    const before = steps.at(-1);
    steps.push(groupStep(group, members, before === undefined ? [] : [before.id]));
  }
  const last = steps.at(-1);
  return [
    ...steps,
    ...release.file.services.map((service) => endpointStep(service, last === undefined ? [] : [last.id])),
  ];
}

/**
 * Removal of what an earlier release left: for operations that replace a release. The walk of a first installation does not
 * plan it. Only objects with this release's label are touched; namespaces and volumes never.
 */
export function planPrune({ site, release }: PlanInput): StepPlan<PruneInput> {
  return {
    id: `services/prune/${clusterTarget}`,
    stage: 'services',
    kind: 'prune',
    target: clusterTarget,
    effects: [text('services.effect.prune', { label: `${partOfLabel}=${release.file.name}` })],
    mutates: true,
    needs: [],
    weight: 3,
    input: { keep: releaseObjectNames({ site, release }) },
  };
}

/** The release's own namespace is made by the infrastructure stage, because Secrets are put into it there. */
function isOwnNamespace(object: KubernetesObject, namespace: string): boolean {
  return object.kind === 'Namespace' && object.metadata.name === namespace;
}

function groupStep(
  group: ChangeGroup,
  objects: readonly KubernetesObject[],
  needs: readonly string[],
): StepPlan<ObjectsInput> {
  const rolls: readonly Text[] = group === 'workloads' ? [...additionsOf(objects), text('services.effect.rolls')] : [];
  return {
    id: `services/${group}/${clusterTarget}`,
    stage: 'services',
    kind: group,
    target: clusterTarget,
    effects: [...objects.map(effectOf), ...rolls],
    mutates: true,
    needs: [...needs],
    weight: groupWeight[group],
    input: { group, objects },
  };
}

function endpointStep(
  service: PlanInput['release']['file']['services'][number],
  needs: readonly string[],
): StepPlan<EndpointInput> {
  const { name, service: object, health, ready, hostname } = service;
  return {
    id: `services/endpoint/${name}`,
    stage: 'services',
    kind: 'endpoint',
    target: name,
    effects: [text('services.effect.endpoint', { service: object, health, ready, hostname })],
    mutates: false,
    needs: [...needs],
    weight: 3,
    input: { service: name },
  };
}

function parameterEffects(parameters: Readonly<Record<string, string | number | boolean>>): readonly Text[] {
  const names = Object.keys(parameters).sort();
  if (names.length === 0) return [text('services.effect.no-parameters')];
  return names.map((name) => text('services.effect.parameter', { name, value: String(parameters[name]) }));
}

function lintEffects(objects: readonly KubernetesObject[]): readonly Text[] {
  return lintObjects(objects).map(({ rule, object, container }) =>
    text('services.effect.lint', { object, container, lack: text(`services.lint.${rule}`) }),
  );
}
