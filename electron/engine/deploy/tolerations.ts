import type { KubernetesObject } from '../drivers/kubernetes/client.ts';
import { isRecord, type JsonRecord, recordsAt } from '../drivers/kubernetes/json.ts';
import { withPodTemplate } from './podtemplate.ts';

/** How long pods stay bound to a lost node. Kubernetes' own 300 s makes a lost node cost over six minutes; 20 s about one. */
export const lostNodeSeconds = 20;
const lostNode = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

/** The workload with the tolerations for a lost node, unless its manifest speaks of them. A DaemonSet's pods stay with their node. */
export function withTolerations(object: KubernetesObject): KubernetesObject {
  if (object.kind === 'DaemonSet') return object;
  return withPodTemplate(object, (template) => {
    const present = recordsAt(template, 'spec', 'tolerations');
    const missing = lostNode.filter((key) => !present.some((toleration) => speaksOf(toleration, key)));
    const added = missing.map((key) => ({
      key,
      operator: 'Exists',
      effect: 'NoExecute',
      tolerationSeconds: lostNodeSeconds,
    }));
    const spec: JsonRecord = isRecord(template.spec) ? template.spec : {};
    return added.length === 0 ? template : { ...template, spec: { ...spec, tolerations: [...present, ...added] } };
  });
}

function speaksOf(toleration: JsonRecord, key: string): boolean {
  const effect = toleration.effect === undefined || toleration.effect === '' || toleration.effect === 'NoExecute';
  const every = toleration.operator === 'Exists' && (toleration.key === undefined || toleration.key === '');
  return effect && (every || toleration.key === key);
}
