import { type Text, text, verbatim } from '../../contract/text.ts';
import type { KubernetesObject } from '../drivers/kubernetes/client.ts';
import { at, isRecord, numberAt, recordsAt, wordsAt } from '../drivers/kubernetes/json.ts';
import { podTemplateOf, rollingKinds } from './podtemplate.ts';
import { lostNodeSeconds } from './tolerations.ts';

/** What applying an object does, in words: kind, name and what matters of it. Of a Secret only the names of its entries. Pure. */
export function effectOf(object: KubernetesObject): Text {
  const name =
    object.metadata.namespace === undefined
      ? object.metadata.name
      : `${object.metadata.namespace}/${object.metadata.name}`;
  const template = podTemplateOf(object);
  if (template !== undefined) {
    const images = recordsAt(template, 'spec', 'containers')
      .map((container) => String(container.image))
      .join(', ');
    if (object.kind === 'DaemonSet') return text('services.effect.daemon', { name, images });
    if (!rollingKinds.includes(object.kind)) return text('services.effect.run', { kind: object.kind, name, images });
    return text('services.effect.workload', {
      kind: object.kind,
      name,
      images,
      replicas: numberAt(1, object, 'spec', 'replicas'),
    });
  }
  if (object.kind === 'ConfigMap' || object.kind === 'Secret') {
    const keys = ['data', 'binaryData', 'stringData'].flatMap((field) => {
      const entries = object[field];
      return isRecord(entries) ? Object.keys(entries) : [];
    });
    return text('services.effect.entries', { kind: object.kind, name, keys: keys.sort().join(', ') });
  }
  if (object.kind === 'Service') {
    const ports = recordsAt(object, 'spec', 'ports').map((port) =>
      [String(port.port), port.nodePort].filter((part) => part !== undefined).join(':'),
    );
    return text('services.effect.service', {
      name,
      type: wordsAt(object, 'spec', 'type') || 'ClusterIP',
      ports: ports.join(', '),
    });
  }
  return text('services.effect.object', { kind: object.kind, name });
}

/** What the engine adds to manifests that do not speak of it, in words. */
export function additionsOf(objects: readonly KubernetesObject[]): readonly Text[] {
  const names = objects
    .filter((object) =>
      recordsAt(podTemplateOf(object), 'spec', 'tolerations').some((toleration) => isOurs(toleration)),
    )
    .map((object) => object.metadata.name);
  return names.length === 0
    ? []
    : [text('services.effect.tolerations', { names: verbatim(names.join(', ')), seconds: lostNodeSeconds })];
}

function isOurs(toleration: unknown): boolean {
  return (
    at(toleration, 'tolerationSeconds') === lostNodeSeconds && /not-ready|unreachable/.test(wordsAt(toleration, 'key'))
  );
}
