import { isMap, isPair, isScalar, LineCounter, type Node, type ParsedNode, parseDocument } from 'yaml';
import type { z } from 'zod';
import { SitewrightError } from '../../contract/errors.ts';
import { type Text, text, verbatim } from '../../contract/text.ts';
import { type Suite, type SuiteCase, type SuiteStep, suiteSchema } from './schema.ts';
import { variableRoots, variablesIn } from './variables.ts';
import { loadSeconds, stepWrites } from './writes.ts';

/**
 * Reads a suite. Strict: an unknown or doubled key, a step that asserts nothing, a variable that nothing fills and a load
 * beyond the suite's limits are refused. Error: suite-invalid with line and column.
 */
export function parseSuite(file: string, content: string): Suite {
  const lines = new LineCounter();
  const document = parseDocument(content, { lineCounter: lines, uniqueKeys: true, strict: true, prettyErrors: false });
  const refuse = (offset: number, problem: Text): never => {
    const { line, col } = lines.linePos(offset);
    throw new SitewrightError('suite-invalid', { file, line, column: col, problem });
  };
  const fault = document.errors[0] ?? document.warnings[0];
  if (fault !== undefined) refuse(fault.pos[0], yamlProblem(fault.code, fault.message));
  const offsetAt = (path: readonly PropertyKey[]) => offsetOf(document.contents, path);

  const result = suiteSchema.safeParse(document.toJS());
  if (!result.success) {
    const issue = deepest(result.error.issues);
    refuse(offsetAt(issue.path), issue.problem);
  }
  const suite = result.data!;
  for (const { path, problem } of contradictions(suite)) refuse(offsetAt(path), problem);
  return suite;
}

function yamlProblem(code: string, message: string): Text {
  return code === 'DUPLICATE_KEY' ? text('verification.problem.duplicate-key') : verbatim(message);
}

type Problem = { readonly path: readonly PropertyKey[]; readonly problem: Text };

/**
 * Of all issues, the one that lies deepest: in a union the branch that fits best got furthest. Of several at one depth,
 * an unknown key: a misspelt one is missing under its right name as well.
 */
function deepest(issues: readonly z.core.$ZodIssue[]): Problem {
  const all = issues.flatMap((issue) => problemsOf(issue, []));
  const rank = ({ path, problem }: Problem) =>
    path.length * 2 + ('key' in problem && problem.key === 'verification.problem.unknown-key' ? 1 : 0);
  return all.reduce((best, one) => (rank(one) > rank(best) ? one : best));
}

function problemsOf(issue: z.core.$ZodIssue, base: readonly PropertyKey[]): readonly Problem[] {
  const path = [...base, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const nested = issue.errors.flat().flatMap((one) => problemsOf(one, path));
    const deeper = nested.filter((one) => one.path.length > path.length);
    if (deeper.length > 0) return deeper;
    const unknown = nested.find((one) => 'key' in one.problem);
    return [unknown ?? { path, problem: verbatim(issue.message) }];
  }
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    return [{ path: [...path, key], problem: text('verification.problem.unknown-key', { key }) }];
  }
  const empty = issue.message === 'asserts nothing' || (path.at(-1) === 'expect' && issue.code === 'invalid_type');
  if (empty) return [{ path, problem: text('verification.problem.asserts-nothing') }];
  const field = path.at(-1);
  return [
    {
      path,
      problem: text('verification.problem.value', {
        field: field === undefined ? '-' : String(field),
        problem: issue.message,
      }),
    },
  ];
}

/** Offset of the node at a path; of the nearest parent that is there when it is missing. Keys are found at their own place. */
function offsetOf(root: ParsedNode | null, path: readonly PropertyKey[]): number {
  let node: Node | null = root;
  let offset = root?.range?.[0] ?? 0;
  for (const part of path) {
    if (isMap(node)) {
      const pair: unknown = node.items.find((item) => isScalar(item.key) && item.key.value === part);
      if (!isPair(pair)) return offset;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value as Node | null;
    } else {
      const items: readonly unknown[] =
        node !== null && 'items' in node ? (node as { items: readonly unknown[] }).items : [];
      const item = items[Number(part)] as Node | undefined;
      if (item === undefined) return offset;
      offset = item.range?.[0] ?? offset;
      node = item;
    }
  }
  return offset;
}

/** What the shape alone cannot say. */
function contradictions(suite: Suite): readonly Problem[] {
  const problems: Problem[] = [];
  const ids = new Set<string>();
  const known = new Set<string>();
  problems.push(...steps(suite, suite.setup, ['setup'], known));
  suite.cases.forEach((one, index) => {
    const path = ['cases', index];
    if (ids.has(one.id))
      problems.push({ path: [...path, 'id'], problem: text('verification.problem.duplicate-id', { id: one.id }) });
    ids.add(one.id);
    problems.push(...inCase(suite, one, path, known));
  });
  problems.push(...steps(suite, suite.cleanup, ['cleanup'], new Set(known)));
  return problems;
}

function inCase(
  suite: Suite,
  one: SuiteCase,
  path: readonly PropertyKey[],
  outer: ReadonlySet<string>,
): readonly Problem[] {
  const known = new Set(outer);
  const problems = [
    ...steps(suite, one.steps, [...path, 'steps'], known),
    ...steps(suite, one.cleanup, [...path, 'cleanup'], known),
  ];
  for (const use of variablesIn({ actual: one.actual, expected: one.expected }, path)) {
    if (!known.has(use.name) && !rooted(use.name)) problems.push(unknownVariable(use));
  }
  if (one.writes === undefined && one.steps.some(stepWrites)) {
    problems.push({ path: [...path, 'id'], problem: text('verification.problem.writes') });
  }
  return problems;
}

/** Checks steps in their order and adds what they capture to `known`. */
function steps(
  suite: Suite,
  list: readonly SuiteStep[],
  base: readonly PropertyKey[],
  known: Set<string>,
): readonly Problem[] {
  return list.flatMap((step, index) => {
    const path = [...base, index];
    const each = new Set('forEach' in step ? (step.forEach ?? []).flatMap((entry) => Object.keys(entry)) : []);
    const problems = variablesIn(step, path)
      .filter(({ name }) => !(name.startsWith('each.') ? each.has(name.slice(5)) : known.has(name) || rooted(name)))
      .map(unknownVariable);
    if ('capture' in step) for (const name of Object.keys(step.capture ?? {})) known.add(name);
    return [...problems, ...loadProblems(suite, step, path)];
  });
}

function loadProblems(suite: Suite, step: SuiteStep, path: readonly PropertyKey[]): readonly Problem[] {
  if (step.use !== 'load') return [];
  const { limits } = suite;
  if (limits === undefined) return [{ path, problem: text('verification.problem.no-limits') }];
  const highest = (step.with.rate * Math.max(100, ...(step.with.steps ?? []))) / 100;
  const over = (field: string, value: number, limit: number): readonly Problem[] =>
    value > limit
      ? [{ path: [...path, 'with', field], problem: text('verification.problem.limit', { field, value, limit }) }]
      : [];
  return [
    ...over('rate', highest, limits.rate),
    ...over('seconds', loadSeconds(step), limits.seconds),
    ...over('connections', step.with.connections, limits.connections),
  ];
}

const rooted = (name: string) => {
  const [root, ...rest] = name.split('.');
  return rest.length > 0 && root !== 'each' && variableRoots.some((known) => known === root);
};

const unknownVariable = (use: { name: string; path: readonly PropertyKey[] }): Problem => ({
  path: use.path,
  problem: text('verification.problem.variable', { name: use.name }),
});
