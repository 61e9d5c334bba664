import { SitewrightError } from '../../../contract/errors.ts';
import { authoritiesOf } from '../../deploy/fill.ts';
import { registryHost } from '../../deploy/images.ts';
import { labelled } from '../../deploy/render.ts';
import type { KubernetesObject } from '../../drivers/kubernetes/client.ts';
import { wordsAt } from '../../drivers/kubernetes/json.ts';
import type { StepContext } from '../../plan/step.ts';
import { type NamespaceInput, pullSecretName } from './model.ts';

/** The Secrets of the namespace with their content, made in memory just before they are sent. Errors: vault-missing-secret, certificate-invalid. */
export function namespaceSecrets(context: StepContext, { certificates }: NamespaceInput): readonly KubernetesObject[] {
  const tls = certificates.map(({ name, secret }) => tlsSecret(context, name, secret));
  return context.site.registry === undefined ? tls : [pullSecret(context), ...tls];
}

function pullSecret(context: StepContext): KubernetesObject {
  const { user = '', credential = '' } = context.site.registry ?? {};
  const password = context.vault.get(credential);
  const auth = Buffer.from(`${user}:${password}`).toString('base64');
  const config = { auths: { [registryHost(context.site)]: { username: user, password, auth } } };
  return secretOf(context, pullSecretName, 'kubernetes.io/dockerconfigjson', {
    '.dockerconfigjson': JSON.stringify(config),
  });
}

function tlsSecret(context: StepContext, name: string, secret: string): KubernetesObject {
  const certificate = wordsAt(context.facts.get(name, 'certificate'), 'certificate');
  if (certificate === '') throw new SitewrightError('certificate-invalid', { endpoint: name, problem: 'not issued' });
  return secretOf(context, secret, 'kubernetes.io/tls', {
    'tls.crt': certificate,
    'tls.key': context.vault.get(`tls/${name}/key`),
    'ca.crt': authoritiesOf(context).join('\n'),
  });
}

function secretOf(
  context: StepContext,
  name: string,
  type: string,
  entries: Readonly<Record<string, string>>,
): KubernetesObject {
  const data = Object.fromEntries(
    Object.entries(entries).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
  );
  return labelled(
    { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: context.release.file.namespace }, type, data },
    context.release,
  );
}
