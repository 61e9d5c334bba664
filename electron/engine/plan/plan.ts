import type { Site } from '../../contract/site.ts';
import { say, type Text } from '../../contract/text.ts';
import type { PlanView, StageId } from '../../contract/views.ts';
import type { Release } from '../bundle/release.ts';
import { canonicalJson, sha256 } from '../evidence/canonical.ts';
import type { PlanInput, Stage, StepPlan } from './step.ts';

/** The confirmed plan as it is kept with its run: a resumed run follows it, whatever the site file says by then. */
export type StoredPlan = {
  readonly digest: string;
  readonly site: Site;
  readonly release: PlanView['release'];
  readonly stages: readonly { readonly id: StageId; readonly title: Text; readonly steps: readonly StepPlan[] }[];
};

/** Plans every stage. Pure: the same site and release give the same plan and digest. */
export function makePlan(input: PlanInput, stages: readonly Stage[]): StoredPlan {
  const planned = stages.map((stage) => ({ id: stage.id, title: stage.title, steps: stage.plan(input) }));
  for (const stage of planned) assertSound(stage.id, stage.steps);
  const release = releaseView(input.release);
  const content = { site: input.site, release, stages: planned };
  return { digest: planDigest(content), ...content };
}

/** SHA-256 over everything that a plan says. */
export function planDigest({ site, release, stages }: Omit<StoredPlan, 'digest'>): string {
  return sha256(canonicalJson({ site, release, stages }));
}

/** What a face shows of a plan: without the steps' inputs. */
export function planView(plan: StoredPlan): PlanView {
  return {
    digest: plan.digest,
    site: plan.site.name,
    release: plan.release,
    stages: plan.stages.map((stage) => ({
      id: stage.id,
      title: stage.title,
      steps: stage.steps.map(({ kind: _kind, input: _input, ...step }) => step),
    })),
  };
}

function releaseView(release: Release): PlanView['release'] {
  return { name: release.file.name, version: release.file.version, digest: release.digest, title: release.file.title };
}

/** A plan with a double id or an unknown need is a bug of its stage, found before anything runs. */
function assertSound(stage: StageId, steps: readonly StepPlan[]): void {
  const seen = new Set<string>();
  for (const step of steps) {
    const where = `stage ${stage}, step ${step.id}`;
    if (step.stage !== stage || !step.id.startsWith(`${stage}/`)) throw new Error(`${where}: belongs to another stage`);
    if (seen.has(step.id)) throw new Error(`${where}: planned twice`);
    for (const need of step.needs)
      if (!seen.has(need)) throw new Error(`${where}: needs ${need}, which does not come before it`);
    if (step.effects.length === 0) throw new Error(`${where}: says no effect`);
    for (const effect of step.effects)
      if (say('en-US', effect) === '') throw new Error(`${where}: has an empty effect`);
    seen.add(step.id);
  }
}
