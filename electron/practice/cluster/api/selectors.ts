import type { ClusterObject } from '../model/objects.ts';
import { badRequest } from './problem.ts';

/** Which objects a list or watch is about. */
export type Filter = (object: ClusterObject) => boolean;

/** Reads `labelSelector` (equality and set terms) and `fieldSelector` (metadata and a few common fields). */
export function filterOf(labelSelector: string | null, fieldSelector: string | null): Filter {
  const terms = [...splitTerms(labelSelector ?? '').map(labelTerm), ...splitTerms(fieldSelector ?? '').map(fieldTerm)];
  return (object) => terms.every((term) => term(object));
}

/** Splits at commas that do not stand inside parentheses. */
function splitTerms(words: string): string[] {
  return words
    .split(/,(?![^(]*\))/)
    .map((term) => term.trim())
    .filter((term) => term !== '');
}

function labelTerm(term: string): Filter {
  const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(term);
  const labels = (object: ClusterObject): Record<string, string> => object.metadata.labels ?? {};
  if (set !== null) {
    const [, key = '', operator, list = ''] = set;
    const values = list.split(',').map((value) => value.trim());
    return (object) => {
      const value = labels(object)[key];
      return operator === 'in'
        ? value !== undefined && values.includes(value)
        : value === undefined || !values.includes(value);
    };
  }
  const equality = /^([^\s=!]+)\s*(==|=|!=)\s*(\S*)$/.exec(term);
  if (equality !== null) {
    const [, key = '', operator, value = ''] = equality;
    return (object) => (labels(object)[key] === value) === (operator !== '!=');
  }
  if (/^![^\s=!]+$/.test(term)) return (object) => labels(object)[term.slice(1)] === undefined;
  if (/^[^\s=!(),]+$/.test(term)) return (object) => labels(object)[term] !== undefined;
  throw badRequest(`unable to parse requirement: ${term}`);
}

const fields = new Set([
  'metadata.name',
  'metadata.namespace',
  'spec.nodeName',
  'status.phase',
  'type',
  'reason',
  'involvedObject.kind',
  'involvedObject.name',
  'involvedObject.namespace',
  'involvedObject.uid',
]);

function fieldTerm(term: string): Filter {
  const [, path = '', operator, value = ''] = /^([^\s=!]+)\s*(==|=|!=)\s*(.*)$/.exec(term) ?? [];
  if (!fields.has(path)) throw badRequest(`field label not supported: ${path === '' ? term : path}`);
  return (object) => {
    const found =
      path.split('.').reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], object) ?? '';
    return (found === value) === (operator !== '!=');
  };
}
