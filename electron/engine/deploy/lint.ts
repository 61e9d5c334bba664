import type { KubernetesObject } from '../drivers/kubernetes/client.ts';
import { at, isRecord, type JsonRecord, recordsAt } from '../drivers/kubernetes/json.ts';
import { nameOf, referenceOf } from '../drivers/kubernetes/reference.ts';
import { podTemplateOf, rollingKinds } from './podtemplate.ts';

/** What a robust workload states in its manifest. */
export const lintRules = ['readiness-probe', 'requests', 'limits', 'pre-stop'] as const;
export type LintRule = (typeof lintRules)[number];

/** One thing that a container's manifest lacks. */
export type Lack = { readonly rule: LintRule; readonly object: string; readonly container: string };

/**
 * What the workloads' manifests lack. Measured: a rolling update of a service that ends at once on SIGTERM and has no preStop
 * drops requests; without a readiness probe a pod gets traffic before it can answer. Pure.
 */
export function lintObjects(objects: readonly KubernetesObject[]): readonly Lack[] {
  return objects
    .filter((object) => rollingKinds.includes(object.kind))
    .flatMap((object) =>
      recordsAt(podTemplateOf(object), 'spec', 'containers').flatMap((container) =>
        lintRules
          .filter((rule) => !states(rule, container))
          .map((rule) => ({ rule, object: nameOf(referenceOf(object)), container: String(container.name) })),
      ),
    );
}

function states(rule: LintRule, container: JsonRecord): boolean {
  const resources = (part: string): boolean => {
    const found = at(container, 'resources', part);
    return isRecord(found) && found.cpu !== undefined && found.memory !== undefined;
  };
  switch (rule) {
    case 'readiness-probe':
      return isRecord(container.readinessProbe);
    case 'requests':
      // The cluster takes the limits for requests where only they are given.
      return resources('requests') || resources('limits');
    case 'limits':
      return at(container, 'resources', 'limits', 'memory') !== undefined;
    case 'pre-stop':
      return isRecord(at(container, 'lifecycle', 'preStop'));
  }
}
