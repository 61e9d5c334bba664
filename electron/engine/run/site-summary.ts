import { z } from 'zod';
import type { SiteSummary } from '../../contract/views.ts';
import type { OpenSite } from '../site/open-site.ts';
import type { RunRow } from '../store/runs.ts';
import type { Walk } from './walk.ts';

/** Where a site keeps the folders of the bundle that its last run was carried out with. */
const bundleEntry = 'bundle-folders';

/** Keeps where the bundle of a run lies, so that a later start can offer to go on with it. */
export function rememberBundle(opened: OpenSite, folders: readonly string[]): void {
  opened.store.meta.set(bundleEntry, JSON.stringify(folders));
}

/** A site in a few words, with its last run. Error: site-invalid. */
export function siteSummary(
  engine: { readonly open: (name: string) => OpenSite; readonly walk: (name: string) => Walk },
  name: string,
): SiteSummary {
  const opened = engine.open(name);
  const { title, practice, project, hosts, utcOffsetMinutes } = opened.site();
  const run = opened.store.runs.last();
  const summary = { name, title, practice, customer: project.customer, hosts: hosts.length, utcOffsetMinutes };
  if (run === undefined) return summary;
  const { state, progress, abandoned, error, stage, stageCount } = engine.walk(name).view();
  const lastStep = lastFinished(opened, run);
  return {
    ...summary,
    lastRun: {
      state,
      progress,
      stage,
      stageCount,
      startedAt: run.startedAt,
      release: { title: run.plan.release.title, version: run.plan.release.version },
      bundle: bundleOf(opened),
      ...(abandoned === true && { abandoned }),
      ...(error && { error }),
      ...(lastStep && { lastStep }),
    },
  };
}

function lastFinished(opened: OpenSite, run: RunRow): NonNullable<SiteSummary['lastRun']>['lastStep'] {
  const done = opened.store.runs
    .steps(run.id)
    .flatMap(({ id, state, finishedAt }) => (state === 'done' && finishedAt !== undefined ? [{ id, finishedAt }] : []));
  if (done.length === 0) return undefined;
  const { id, finishedAt } = done.reduce((latest, one) => (one.finishedAt >= latest.finishedAt ? one : latest));
  const step = run.plan.stages.flatMap((stage) => stage.steps).find((planned) => planned.id === id);
  if (step === undefined) return undefined;
  const [effect] = step.effects;
  return { stage: step.stage, target: step.target, finishedAt, ...(effect && { effect }) };
}

function bundleOf(opened: OpenSite): string[] {
  const kept = opened.store.meta.get(bundleEntry);
  return kept === undefined ? [] : z.array(z.string()).parse(JSON.parse(kept));
}
