import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseAllDocuments, type Scalar } from 'yaml';
import { text } from '../../../contract/text.ts';
import { invalid, placeAt } from './place.ts';

/** A string of a manifest with its place and the names of the fields above it. */
export type ManifestString = {
  readonly value: string;
  readonly path: readonly string[];
  readonly kind: string;
  readonly place: string;
};

/** All strings of a multi-document manifest. Every document must be a Kubernetes object. Error: release-invalid. */
export function readManifestStrings(file: string, content: string): readonly ManifestString[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(content, { lineCounter: lines, uniqueKeys: true });
  const strings: ManifestString[] = [];
  let objects = 0;
  for (const document of 'empty' in documents ? [] : documents) {
    const problem = document.errors[0] ?? document.warnings[0];
    if (problem) throw invalid(placeAt(file, lines, problem.pos[0]), problem.message.split('\n')[0] ?? problem.code);
    const value: unknown = document.toJS();
    if (value === null || value === undefined) continue;
    objects += 1;
    const place = placeAt(file, lines, document.contents?.range?.[0]);
    const object = value as { apiVersion?: unknown; kind?: unknown; metadata?: { name?: unknown } };
    const missing =
      typeof object.apiVersion !== 'string'
        ? 'apiVersion'
        : typeof object.kind !== 'string'
          ? 'kind'
          : typeof object.metadata?.name !== 'string'
            ? 'metadata.name'
            : undefined;
    if (missing !== undefined) throw invalid(place, text('bundle.problem.not-object', { field: missing }));
    const kind = String(object.kind);
    walk(document.contents, [], (scalar, path) => {
      strings.push({ value: String(scalar.value), path, kind, place: placeAt(file, lines, scalar.range?.[0]) });
    });
  }
  if (objects === 0) throw invalid(file, text('bundle.problem.empty'));
  return strings;

  function walk(
    node: Node | null | undefined,
    path: readonly string[],
    visit: (scalar: Scalar, path: readonly string[]) => void,
  ): void {
    if (isAlias(node)) throw invalid(placeAt(file, lines, node.range?.[0]), text('bundle.problem.alias'));
    if (isScalar(node) && typeof node.value === 'string') visit(node, path);
    else if (isSeq(node)) {
      for (const [index, item] of node.items.entries()) walk(item as Node, [...path, String(index)], visit);
    } else if (isMap(node)) {
      for (const pair of node.items) if (isPair(pair)) walk(pair.value as Node, [...path, String(pair.key)], visit);
    }
  }
}

/** Fields whose content is text for somebody else, not the object itself. */
const textFields: ReadonlySet<string> = new Set(['data', 'stringData', 'binaryData', 'annotations', 'labels']);

/**
 * The image references of a manifest: every field `image` of any kind of object, hence also of init containers, CronJobs
 * and custom resources, and the reference of an image volume.
 */
export function imagesIn(strings: readonly ManifestString[]): readonly ManifestString[] {
  return strings.filter(({ path }) => {
    if (path.some((field) => textFields.has(field))) return false;
    const last = path.at(-1);
    return last === 'image' || (last === 'reference' && path.at(-2) === 'image');
  });
}

/** `--config-reloader-image=quay.io/prometheus/reloader:v1`, and the same as two arguments. */
const imageArgument = /^--?[\w.-]*image[\w.-]*$/i;
/** A reference with a tag or a digest; a bare word is most likely a name of something else. */
const reference = /^[\w.${}:-]+(?:\/[\w.${}-]+)*(?::[\w][\w.-]{0,127}|@sha256:[0-9a-f]{64})$/;

/**
 * Image references in arguments and settings of containers, as operators take them: `--...image...=<reference>`, and variables whose
 * name says IMAGE. The address of the site's registry before them does not count.
 */
export function imagesInArguments(strings: readonly ManifestString[]): readonly ManifestString[] {
  const at = new Map(strings.map((entry) => [`${entry.kind} ${entry.path.join('/')}`, entry.value]));
  return strings.flatMap((entry) => {
    const { path, value, kind } = entry;
    const [list, index, field] = [path.at(-2), Number(path.at(-1)), path.at(-1)];
    const beside = (name: string) => at.get(`${kind} ${[...path.slice(0, -1), name].join('/')}`);
    let found: string | undefined;
    if (list === 'args' || list === 'command') {
      const equals = value.indexOf('=');
      if (equals > 0 && imageArgument.test(value.slice(0, equals))) found = value.slice(equals + 1);
      else if (index > 0 && imageArgument.test(beside(String(index - 1)) ?? '')) found = value;
    } else if (field === 'value' && path.at(-3) === 'env' && /IMAGE/.test(beside('name') ?? '')) found = value;
    const image = found?.replace(/^\$\{registry\.host\}\//, '');
    return image !== undefined && reference.test(image) ? [{ ...entry, value: image }] : [];
  });
}
