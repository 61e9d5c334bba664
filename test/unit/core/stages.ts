import { text, verbatim } from '../../../electron/contract/text.ts';
import type { Finding, StageId } from '../../../electron/contract/views.ts';
import type { ReleaseBundle } from '../../../electron/engine/bundle/bundle.ts';
import type { Release } from '../../../electron/engine/bundle/release.ts';
import { makePlan } from '../../../electron/engine/plan/plan.ts';
import type { PlanInput, Stage, StepContext, StepKind } from '../../../electron/engine/plan/step.ts';
import { type RunOptions, resumeRun, type Session, startRun } from '../../../electron/engine/run/session.ts';
import type { OpenSite } from '../../../electron/engine/site/open-site.ts';

/** What a step of the table does, by its name; a step that is not named does nothing. */
export type Deeds = Record<string, StepKind<{ readonly name: string }>>;

/** One row of a table of stages: `name` of the step, what it needs of the same stage, whether it changes something. */
export type Row = {
  readonly name: string;
  readonly needs?: readonly string[];
  readonly mutates?: boolean;
  readonly weight?: number;
};
export type Table = Partial<Record<StageId, readonly Row[]>>;

/** Stages made of a table. Deeds are looked up when a step runs, so that a test can change them between two runs. */
export function stagesOf(table: Table, deeds: Deeds): readonly Stage[] {
  const deed = (name: string) => deeds[name] ?? {};
  return (Object.entries(table) as [StageId, readonly Row[]][]).map(([id, rows]) => ({
    id,
    title: text(`run.stage.${id}`),
    plan: () =>
      rows.map(({ name, needs = [], mutates = true, weight = 1 }) => ({
        id: `${id}/do/${name}`,
        stage: id,
        kind: 'do',
        target: 'app-01',
        effects: [verbatim(`do ${name}`)],
        mutates,
        needs: needs.map((need) => `${id}/do/${need}`),
        weight,
        input: { name },
      })),
    steps: {
      do: {
        inspect: async (context, input) => (await deed(input.name).inspect?.(context, input)) ?? { satisfied: false },
        apply: async (context, input) => await deed(input.name).apply?.(context, input),
        verify: async (context, input) => await deed(input.name).verify?.(context, input),
      },
    },
  }));
}

/** As much of a release as a run of these stages reads. */
export const release = {
  file: {
    name: 'energy',
    version: '4.2.0',
    title: verbatim('Energy'),
    database: { name: 'energy', owner: 'energy_app' },
  },
  digest: `sha256:${'a'.repeat(64)}`,
  signature: { found: true, valid: true, key: 'KEY' },
  images: [],
  texts: new Map(),
  blobs: new Map(),
} as unknown as Release;

export const bundle = { release, size: () => undefined, close: async () => undefined } as unknown as ReleaseBundle;

export function runOptions(opened: OpenSite, stages: readonly Stage[], from: ReleaseBundle = bundle): RunOptions {
  return { opened, bundle: from, stages, now: () => new Date(), scripts: { read: async () => Buffer.from('') } };
}

export function start(opened: OpenSite, stages: readonly Stage[]): Session {
  const input: PlanInput = { site: opened.site(), release };
  return startRun({ ...runOptions(opened, stages), plan: makePlan(input, stages) });
}

export function resume(opened: OpenSite, stages: readonly Stage[]): Session {
  return resumeRun(runOptions(opened, stages));
}

/** Records one verdict through the context. */
export function find(context: StepContext, change: Partial<Omit<Finding, 'stage' | 'at'>>): void {
  context.finding({
    check: 'host.memory',
    subject: 'app-01',
    title: verbatim('Memory'),
    category: 'host',
    clause: '11.2',
    qualification: 'IQ',
    mustPass: false,
    status: 'passed',
    expected: verbatim('8 GiB'),
    actual: verbatim('16 GiB'),
    evidence: [],
    durationMs: 1,
    ...change,
  });
}

/** A promise and how to fulfil it from outside. */
export function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Waits until something holds, at most five seconds. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  const began = Date.now();
  while (!holds()) {
    if (Date.now() - began > 5000) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The states of all steps, by the last part of their ids. */
export const states = (session: {
  walk: { view: () => { stages: readonly { steps: readonly { id: string; state: string }[] }[] } };
}) =>
  Object.fromEntries(
    session.walk.view().stages.flatMap((stage) => stage.steps.map((step) => [step.id.split('/').at(-1)!, step.state])),
  );

/** Deeds that write down their names in the order in which they are done. */
export function recording(
  names: readonly string[],
  more: Deeds = {},
): { readonly done: string[]; readonly deeds: Deeds } {
  const done: string[] = [];
  const deeds = Object.fromEntries(
    names.map((name) => [name, { apply: async () => void done.push(name), ...more[name] }]),
  ) as Deeds;
  return { done, deeds };
}
