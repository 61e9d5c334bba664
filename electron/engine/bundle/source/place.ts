import { type Document, isNode, type LineCounter, type ParsedNode } from 'yaml';
import { SitewrightError } from '../../../contract/errors.ts';
import { type Text, verbatim } from '../../../contract/text.ts';

/** A place in a file of the release: `release.yaml:12:5`. */
export function placeAt(file: string, lines: LineCounter, offset: number | undefined): string {
  if (offset === undefined) return file;
  const { line, col } = lines.linePos(offset);
  return `${file}:${line}:${col}`;
}

/** The place of a path in a YAML document, or of the nearest thing above it that exists. */
export function placeOf(
  file: string,
  document: Document<ParsedNode>,
  lines: LineCounter,
  path: readonly PropertyKey[],
): string {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return placeAt(file, lines, node.range[0]);
  }
  return file;
}

/** Error release-invalid; words that come from a library are the same in both languages. */
export function invalid(place: string, problem: Text | string, cause?: unknown): SitewrightError {
  const words = typeof problem === 'string' ? verbatim(problem) : problem;
  return new SitewrightError('release-invalid', { file: place, problem: words }, cause === undefined ? {} : { cause });
}
