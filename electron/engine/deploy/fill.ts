import { createHmac, randomBytes } from 'node:crypto';
import { SitewrightError } from '../../contract/errors.ts';
import type { KubernetesClient, KubernetesObject } from '../drivers/kubernetes/client.ts';
import { isRecord, type JsonRecord, recordsAt, wordsAt } from '../drivers/kubernetes/json.ts';
import { nameOf, referenceOf } from '../drivers/kubernetes/reference.ts';
import type { StepContext } from '../plan/step.ts';
import { fillDeferred } from './placeholders.ts';
import { containersOf, podTemplateOf, rollingKinds, withPodTemplate } from './podtemplate.ts';

/** On the pod template: a keyed hash of the ConfigMaps and Secrets that its pods use, so that a change of one makes new pods. */
export const configurationAnnotation = 'sitewright.io/configuration';
const keyEntry = 'configuration-hash-key';

/**
 * The object as it is sent: secrets and the site's CA filled in, `stringData` turned into `data` so that it can be compared
 * with what the cluster holds. Lives in memory only. Errors: vault-missing-secret, release-invalid.
 */
export function fillObject(context: StepContext, object: KubernetesObject): KubernetesObject {
  const filled = fillDeferred(object, (name, path) => {
    if (name === 'authority') return authoritiesOf(context).join('\n');
    if (name.startsWith('secret.') && object.kind === 'Secret' && path[0] === 'stringData')
      return context.vault.get(name.slice('secret.'.length));
    throw new SitewrightError('release-invalid', {
      file: nameOf(referenceOf(object)),
      problem: `unknown placeholder \${${name}}`,
    });
  }) as KubernetesObject;
  if (filled.kind !== 'Secret' || !isRecord(filled.stringData)) return filled;
  const { stringData, ...rest } = filled;
  const encoded = Object.entries(stringData).map(
    ([key, value]) => [key, Buffer.from(String(value)).toString('base64')] as const,
  );
  return { ...rest, data: { ...(isRecord(filled.data) ? filled.data : {}), ...Object.fromEntries(encoded) } };
}

/** PEM of the CAs that the site trusts, root first; empty before the certificates stage. */
export function authoritiesOf(context: StepContext): readonly string[] {
  const found = context.facts.get('site', 'authorities');
  return Array.isArray(found) ? found.map(String) : [];
}

/**
 * The workload with the keyed hash of its configuration as the cluster holds it now. The key lives in the vault: without
 * it the annotation, which many may read, says nothing about a Secret's value. A Job's template may not change, so it has none.
 */
export async function withConfigurationHash(
  context: StepContext,
  client: KubernetesClient,
  object: KubernetesObject,
): Promise<KubernetesObject> {
  if (!rollingKinds.includes(object.kind)) return object;
  const used = configurationOf(podTemplateOf(object));
  if (used.length === 0) return object;
  const hash = createHmac(
    'sha256',
    context.vault.getOrCreate(keyEntry, () => randomBytes(32).toString('hex')),
  );
  for (const { kind, name } of used) {
    const live = await client.get({ apiVersion: 'v1', kind, name, namespace: object.metadata.namespace });
    hash.update(JSON.stringify([kind, name, sorted(live?.data), sorted(live?.binaryData)]));
  }
  const digest = hash.digest('hex').slice(0, 32);
  return withPodTemplate(object, (template) => {
    const metadata: JsonRecord = isRecord(template.metadata) ? template.metadata : {};
    const annotations: JsonRecord = isRecord(metadata.annotations) ? metadata.annotations : {};
    return {
      ...template,
      metadata: { ...metadata, annotations: { ...annotations, [configurationAnnotation]: digest } },
    };
  });
}

/** ConfigMaps and Secrets that a pod reads as environment or files, each once, sorted. */
export function configurationOf(
  template: JsonRecord | undefined,
): readonly { readonly kind: 'ConfigMap' | 'Secret'; readonly name: string }[] {
  const found = new Set<string>();
  const add = (kind: 'ConfigMap' | 'Secret', name: string): void => {
    if (name !== '') found.add(`${kind} ${name}`);
  };
  for (const container of containersOf(template)) {
    for (const source of recordsAt(container, 'envFrom')) {
      add('ConfigMap', wordsAt(source, 'configMapRef', 'name'));
      add('Secret', wordsAt(source, 'secretRef', 'name'));
    }
    for (const variable of recordsAt(container, 'env')) {
      add('ConfigMap', wordsAt(variable, 'valueFrom', 'configMapKeyRef', 'name'));
      add('Secret', wordsAt(variable, 'valueFrom', 'secretKeyRef', 'name'));
    }
  }
  for (const volume of recordsAt(template, 'spec', 'volumes')) {
    add('ConfigMap', wordsAt(volume, 'configMap', 'name'));
    add('Secret', wordsAt(volume, 'secret', 'secretName'));
    for (const source of recordsAt(volume, 'projected', 'sources')) {
      add('ConfigMap', wordsAt(source, 'configMap', 'name'));
      add('Secret', wordsAt(source, 'secret', 'name'));
    }
  }
  return [...found].sort().map((entry) => {
    const [kind, name] = entry.split(' ');
    return { kind: kind === 'Secret' ? 'Secret' : 'ConfigMap', name: name ?? '' };
  });
}

function sorted(record: unknown): unknown {
  return isRecord(record) ? Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1)) : null;
}
