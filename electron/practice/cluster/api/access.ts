import { findKind, kinds } from '../model/kinds.ts';
import { isJsonObject, type JsonObject } from '../model/objects.ts';

const verbs = new Set(['*', 'get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection']);
const subresources = new Set(['', 'status', 'log', 'scale']);

/** Answers a SelfSubjectAccessReview: the token may do everything, but only with what there is. */
export function reviewAccess(review: unknown): JsonObject {
  const spec = isJsonObject(review) && isJsonObject(review.spec) ? review.spec : {};
  const reason = denial(spec);
  const status =
    reason === undefined
      ? { allowed: true, reason: 'the practice account may do everything' }
      : { allowed: false, reason };
  return {
    ...(review as JsonObject),
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    metadata: {},
    spec,
    status,
  };
}

function denial(spec: JsonObject): string | undefined {
  if (isJsonObject(spec.nonResourceAttributes)) return undefined;
  const asked = spec.resourceAttributes;
  if (!isJsonObject(asked)) return 'the review names nothing';
  const { group = '', resource = '', subresource = '', verb = '', version } = asked;
  if (!verbs.has(String(verb))) return `unknown verb "${verb}"`;
  if (!subresources.has(String(subresource))) return `unknown subresource "${subresource}"`;
  const [plural = '', inner = ''] = String(resource).split('/');
  if (!subresources.has(inner)) return `unknown subresource "${inner}"`;
  const served = kinds.some(
    (kind) =>
      (group === '*' || kind.group === group) &&
      (plural === '*' || kind.plural === plural) &&
      (version === undefined || version === '*' || findKind(kind.group, String(version), kind.plural) !== undefined),
  );
  return served ? undefined : `the cluster does not serve "${plural}" of group "${group}"`;
}
