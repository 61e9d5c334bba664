import { exitCodeOf } from '../contract/errors.ts';
import { text } from '../contract/text.ts';
import type { StageView, StepView, WalkEvent, WalkView } from '../contract/views.ts';
import { duration, type Output } from './output.ts';

/** How often a line is printed while nothing else happens, ms. */
const quiet = 5000;

/** Follows a walk to its end: one line per stage, failures as they come, a line of progress now and then. */
export async function followWalk(events: AsyncIterable<WalkEvent>, output: Output): Promise<WalkView> {
  const began = Date.now();
  let elapsedBefore = 0;
  let order: readonly string[] = [];
  let titles = new Map<string, string>();
  let current = '';
  let steps = new Map<string, StepView>();
  let printed = 0;
  const elapsed = () => duration(elapsedBefore + Date.now() - began);

  const progressLine = (stage: string, progress: number, etaMs: number | undefined, doing: string): string =>
    output.say(
      text(etaMs === undefined ? 'cli.progress' : 'cli.progress.eta', {
        stage: order.indexOf(stage) + 1,
        total: order.length,
        title: titles.get(stage) ?? stage,
        percent: Math.floor(progress * 100),
        elapsed: elapsed(),
        eta: etaMs === undefined ? '' : duration(etaMs),
        doing,
      }),
    );

  for await (const event of events) {
    switch (event.type) {
      case 'snapshot':
        elapsedBefore = event.walk.elapsedMs;
        order = event.walk.stages.map((stage) => stage.id);
        steps = new Map(event.walk.stages.flatMap((stage) => stage.steps.map((step) => [step.id, step])));
        titles = new Map(event.walk.stages.map((stage) => [stage.id, output.say(stage.title)]));
        break;
      case 'step':
      case 'progress': {
        const step = event.type === 'step' ? event.step : steps.get(event.step);
        if (event.type === 'step') steps.set(event.step.id, event.step);
        const due = event.stage !== current || Date.now() - printed > quiet;
        if (due && (event.type === 'progress' || event.step.state === 'running')) {
          const doing = (event.type === 'step' ? event.step : event).note ?? step?.effects[0];
          output.note(
            progressLine(event.stage, event.progress, event.etaMs, doing === undefined ? '' : output.say(doing)),
          );
          current = event.stage;
          printed = Date.now();
        }
        break;
      }
      case 'stage':
        output.note(stageLine(event.stage, order, output, elapsed()));
        for (const blocker of event.stage.blockers) output.note(`      ${output.say(blocker)}`);
        for (const step of event.stage.steps) {
          if (step.error === undefined) continue;
          output.note(`      ${step.target}: ${output.say(step.error.message)}`);
          output.note(`      ${output.say(step.error.cause)} ${output.say(step.error.next)}`);
          if (step.error.detail !== undefined) output.note(`      (${step.error.detail})`);
        }
        break;
      case 'end':
        return event.walk;
      case 'finding':
      case 'log':
        break;
    }
  }
  throw new Error('the walk ended without its last event');
}

function stageLine(stage: StageView, order: readonly string[], output: Output, elapsed: string): string {
  const counts = Object.entries(stage.counts).filter(([, count]) => count > 0);
  const words = counts
    .map(([status, count]) => `${output.say(text(`run.status.${status as keyof StageView['counts']}`))} ${count}`)
    .join(', ');
  const mark = stage.state === 'done' ? '✓' : stage.state === 'warning' ? '!' : '✗';
  return output.say(
    text('cli.stage', {
      mark,
      stage: order.indexOf(stage.id) + 1,
      total: order.length,
      title: stage.title,
      state: text(`run.state.${stage.state}`),
      counts: words === '' ? '' : `(${words})`,
      elapsed,
    }),
  );
}

/**
 * Exit code of a walk that ended: 0 done, 1 found failures, 3 could not find out (nothing failed, but something stayed
 * unknown), 130 cancelled.
 */
export function walkExitCode(walk: WalkView): number {
  if (walk.state === 'done') return 0;
  if (walk.state === 'cancelled' || walk.state === 'interrupted') return 130;
  const errors = walk.stages
    .flatMap((stage) => stage.steps)
    .flatMap((step) => (step.error === undefined ? [] : [step.error]));
  const failed = walk.stages.some((stage) => stage.blockers.length > 0 && (stage.counts.failed ?? 0) > 0);
  const known = errors.some((error) => exitCodeOf(error.code) !== 3) || walk.error !== undefined;
  return failed || known ? 1 : 3;
}
