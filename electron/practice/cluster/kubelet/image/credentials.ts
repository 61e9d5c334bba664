import type { Pod } from '../../model/pods.ts';
import type { ObjectStore } from '../../store/store.ts';
import type { Credential } from './registry.ts';

type DockerConfig = {
  readonly auths?: Readonly<
    Record<string, { readonly username?: string; readonly password?: string; readonly auth?: string }>
  >;
};

/** The account for a registry out of the pod's pull secrets; undefined when none of them names it. */
export function credentialFor(store: ObjectStore, pod: Pod, host: string): Credential | undefined {
  for (const { name } of pod.spec.imagePullSecrets ?? []) {
    const content = store.get('Secret', pod.metadata.namespace, name)?.data?.['.dockerconfigjson'];
    if (content === undefined) continue;
    const found = accountIn(Buffer.from(content, 'base64').toString('utf8'), host);
    if (found !== undefined) return found;
  }
  return undefined;
}

function accountIn(words: string, host: string): Credential | undefined {
  let config: DockerConfig;
  try {
    config = JSON.parse(words) as DockerConfig;
  } catch {
    return undefined;
  }
  for (const [key, entry] of Object.entries(config.auths ?? {})) {
    if (key.replace(/^https?:\/\//, '').split('/')[0] !== host) continue;
    if (entry.username !== undefined && entry.password !== undefined)
      return { user: entry.username, password: entry.password };
    const [user = '', ...password] = Buffer.from(entry.auth ?? '', 'base64')
      .toString('utf8')
      .split(':');
    if (user !== '') return { user, password: password.join(':') };
  }
  return undefined;
}
