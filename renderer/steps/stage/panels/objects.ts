import type { StageView, StepView } from '../../../../electron/contract/views.ts';

export type Change = 'created' | 'changed' | 'unchanged' | 'removed';

/** One object of the cluster as the evidence of its step lists it. */
export type ObjectRow = {
  readonly kind: string;
  readonly name: string;
  /** What the step did with it; undefined while that is not known. */
  readonly change: Change | undefined;
  readonly version: string | undefined;
  readonly step: StepView;
};

/** Steps whose effects name objects: a kind and a name. */
export function objectSteps(stage: StageView): readonly StepView[] {
  return stage.steps.filter((step) => planned(step).length > 0);
}

/** What a step is going to do, by the places of its effects' texts. */
function planned(step: StepView): readonly { readonly kind: string; readonly name: string }[] {
  return step.effects.flatMap((effect) => {
    if (!('key' in effect) || !/^(services|infrastructure)\.effect/.test(effect.key)) return [];
    const { kind, name, type } = effect.params ?? {};
    if (typeof name !== 'string') return [];
    if (typeof kind === 'string') return [{ kind, name }];
    return typeof type === 'string' ? [{ kind: 'Service', name }] : [];
  });
}

const mark = /^([+~=-]) (\S+) (\S+)/;
const changes: Readonly<Record<string, Change>> = { '+': 'created', '~': 'changed', '=': 'unchanged', '-': 'removed' };
const listed = /^(\S+) (\S+)\t(\S+)\tuid \S+\tresourceVersion (\S+)/;

/** The objects of a step: the planned ones, with what its pages of evidence (differences, then listings) say of them. */
export function objectsOf(step: StepView, pages: readonly string[]): readonly ObjectRow[] {
  const rows = new Map<string, ObjectRow>();
  const put = (kind: string, name: string, more: Partial<ObjectRow>) => {
    const key = `${kind} ${name}`;
    rows.set(key, { kind, name, change: undefined, version: undefined, step, ...rows.get(key), ...more });
  };
  for (const { kind, name } of planned(step)) put(kind, name, {});
  for (const line of pages.flatMap((page) => page.split('\n'))) {
    const change = mark.exec(line);
    if (change !== null) put(change[2]!, change[3]!, { change: changes[change[1]!] });
    const live = listed.exec(line);
    if (live !== null) put(live[1]!, live[2]!, { version: live[4]! });
  }
  return [...rows.values()].map((row) =>
    row.change === undefined && step.already ? { ...row, change: 'unchanged' as const } : row,
  );
}
