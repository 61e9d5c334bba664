import type { Command } from 'commander';
import { SitewrightError } from '../../contract/errors.ts';
import { text } from '../../contract/text.ts';
import { type PlanView, standingOf, type WalkView } from '../../contract/views.ts';
import { practiceName } from '../../engine/practice-site.ts';
import { addCommand, both, ended } from '../command.ts';
import { site } from '../input.ts';
import { duration, type Output, table } from '../output.ts';
import { followWalk, walkExitCode } from '../progress.ts';
import { confirm } from '../secret-input.ts';
import type { CliSession } from '../session.ts';

const siteAndBundle = (command: Command) =>
  site(command).requiredOption('--bundle <folder...>', both('cli.option.bundle'));
type SiteAndBundle = { site: string; bundle: string[] };

/** Plan, walk, resume, and the state of a walk. */
export function addWalkCommands(program: Command): void {
  addCommand<SiteAndBundle>(program, 'plan', 'cli.plan', siteAndBundle, async (options, { session, output }) => {
    const plan = await session.client.plan.show({ site: options.site, bundle: options.bundle });
    output.result(plan, (value) => planLines(value, output));
  });

  addCommand<SiteAndBundle & { yes?: boolean }>(
    program,
    'walk',
    'cli.walk',
    (command) => siteAndBundle(command).option('--yes', both('cli.option.yes')),
    async (options, { session, output }) => {
      await servePractice(session, options.site);
      const plan = await session.client.plan.show({ site: options.site, bundle: options.bundle });
      if (options.yes !== true) {
        for (const line of planLines(plan, output)) process.stderr.write(`${line}\n`);
        if (!(await confirm(output.say(text('cli.confirm')))))
          throw new SitewrightError('usage-invalid', { problem: text('usage.confirm') });
      }
      return await walkToEnd(session, output, options.site, () =>
        session.client.walk.start({ site: options.site, bundle: options.bundle, plan: plan.digest }),
      );
    },
  );

  addCommand<SiteAndBundle>(program, 'resume', 'cli.resume', siteAndBundle, async (options, { session, output }) => {
    await servePractice(session, options.site);
    return await walkToEnd(session, output, options.site, () =>
      session.client.walk.resume({ site: options.site, bundle: options.bundle }),
    );
  });

  addCommand<{ site: string }>(program, 'pause', 'cli.pause', site, async (options, { session, output }) => {
    output.result(await session.client.walk.pause({ site: options.site }), () => []);
  });

  addCommand<{ site: string }>(program, 'cancel', 'cli.cancel', site, async (options, { session, output }) => {
    output.result(await session.client.walk.cancel({ site: options.site }), () => []);
  });

  addCommand<{ site: string; yes?: boolean }>(
    program,
    'abandon',
    'cli.abandon',
    (command) => site(command).option('--yes', both('cli.option.yes-abandon')),
    async (options, { session, output }) => {
      if (options.yes !== true && !(await confirm(output.say(text('cli.abandon.confirm', { site: options.site })))))
        throw new SitewrightError('usage-invalid', { problem: text('usage.confirm') });
      output.result(await session.client.walk.abandon({ site: options.site }), () => [
        output.say(text('cli.abandoned', { site: options.site })),
      ]);
    },
  );

  addCommand<{ site: string }>(program, 'state', 'cli.state', site, async (options, { session, output }) => {
    output.result(await session.client.walk.state({ site: options.site }), (walk) => walkLines(walk, output));
  });

  addCommand<{ site: string }>(program, 'watch', 'cli.watch', site, async (options, { session, output }) => {
    const walk = await followWalk(await session.client.walk.watch({ site: options.site }), output);
    output.result(walk, (value) => walkLines(value, output));
    return walkExitCode(walk);
  });
}

/** The servers of the practice site live only as long as a command: one that needs them brings them up. */
export async function servePractice(session: CliSession, name: string): Promise<void> {
  if (name === practiceName && session.engine.open(name).site().practice) await session.client.practice.open({});
}

/** Starts, follows to the end (Ctrl-C cancels and waits for a clean stop), prints the end state. */
export async function walkToEnd(
  session: CliSession,
  output: Output,
  siteName: string,
  start: () => Promise<WalkView>,
): Promise<number> {
  const walk = await followedWalk(session, output, siteName, start);
  output.result(walk, (value) => walkLines(value, output));
  return walkExitCode(walk);
}

export async function followedWalk(
  session: CliSession,
  output: Output,
  siteName: string,
  start: () => Promise<WalkView>,
): Promise<WalkView> {
  ended.signal.throwIfAborted();
  await start();
  const cancel = () => void session.client.walk.cancel({ site: siteName });
  ended.signal.addEventListener('abort', cancel, { once: true });
  try {
    return await followWalk(await session.client.walk.watch({ site: siteName }), output);
  } finally {
    ended.signal.removeEventListener('abort', cancel);
  }
}

/** Every effect in words, per stage and target. */
export function planLines(plan: PlanView, output: Output): readonly string[] {
  const lines = [
    output.say(
      text('cli.plan.head', {
        release: `${plan.release.name} ${plan.release.version}`,
        site: plan.site,
        digest: plan.digest.slice(0, 12),
      }),
    ),
  ];
  for (const [at, stage] of plan.stages.entries()) {
    lines.push('', `${at + 1}. ${output.say(stage.title)}`);
    for (const step of stage.steps) {
      for (const effect of step.effects)
        lines.push(`   ${step.mutates ? '*' : ' '} ${step.target}: ${output.say(effect)}`);
    }
  }
  const mutating = plan.stages.flatMap((stage) => stage.steps).filter((step) => step.mutates).length;
  const steps = plan.stages.reduce((sum, stage) => sum + stage.steps.length, 0);
  return [...lines, '', output.say(text('cli.plan.foot', { steps, mutating }))];
}

function walkLines(walk: WalkView, output: Output): readonly string[] {
  const rows = walk.stages.map((stage, at) => [
    String(at + 1),
    output.say(stage.title),
    output.say(text(`run.state.${stage.state}`)),
    `${stage.steps.filter((step) => step.state === 'done').length}/${stage.steps.length}`,
  ]);
  return [
    ...table(rows),
    output.say(
      text('cli.walk.end', { state: text(`run.state.${standingOf(walk)}`), elapsed: duration(walk.elapsedMs) }),
    ),
  ];
}
