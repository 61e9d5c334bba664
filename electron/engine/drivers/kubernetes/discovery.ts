import { SitewrightError } from '../../../contract/errors.ts';
import type { KubernetesObject } from './client.ts';
import { at, recordsAt } from './json.ts';
import { parsed, type Rest } from './rest.ts';

/** How a kind is named in URLs. */
export type ResourceName = { readonly plural: string; readonly namespaced: boolean };
export type KindName = Pick<KubernetesObject, 'apiVersion' | 'kind'>;

/**
 * Finds how kinds are named under `/api` and `/apis`; each group version is asked once and kept. A kind that is not there
 * yet is asked again, because a CustomResourceDefinition may have been applied meanwhile.
 */
export function createDiscovery(rest: Rest): (kind: KindName) => Promise<ResourceName | undefined> {
  const known = new Map<string, Promise<ReadonlyMap<string, ResourceName>>>();

  const load = async (apiVersion: string): Promise<ReadonlyMap<string, ResourceName>> => {
    const path = groupPath(apiVersion);
    const answer = await rest.send({
      method: 'GET',
      path,
      asked: { verb: 'get', resource: path, object: apiVersion, confidential: false },
      allow: [404],
    });
    const resources = recordsAt(parsed(answer.text), 'resources');
    // `pods/log` and the like are parts of a resource, not kinds of their own.
    const whole = resources.filter((entry) => typeof entry.name === 'string' && !entry.name.includes('/'));
    return new Map(
      whole.map((entry) => [
        String(entry.kind),
        { plural: String(entry.name), namespaced: at(entry, 'namespaced') === true },
      ]),
    );
  };

  return async ({ apiVersion, kind }) => {
    const asked = known.get(apiVersion) ?? load(apiVersion);
    known.set(apiVersion, asked);
    try {
      const found = (await asked).get(kind);
      if (found === undefined) known.delete(apiVersion);
      return found;
    } catch (error) {
      known.delete(apiVersion);
      throw error;
    }
  };
}

/** `/api/v1` for the core group, `/apis/<group>/<version>` for the others. */
export function groupPath(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/** The error for a kind that the cluster does not know. */
export function unknownKind(kind: KindName, object: string): SitewrightError {
  return new SitewrightError('kubernetes-refused', {
    object,
    reason: `the cluster does not know the kind ${kind.kind} of ${kind.apiVersion}`,
  });
}
