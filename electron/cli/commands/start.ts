import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { SitewrightError } from '../../contract/errors.ts';
import { text } from '../../contract/text.ts';
import { standingOf } from '../../contract/views.ts';
import type { Router } from '../../engine/router.ts';
import type { LocalServer } from '../../server/server.ts';
import { addCommand, both, ended } from '../command.ts';
import { parseCount } from '../figures.ts';
import { duration, type Output } from '../output.ts';
import { walkExitCode } from '../progress.ts';
import { type CliSession, type GlobalOptions, homeOf, sampleRelease } from '../session.ts';
import { type MadeReport, reportLines } from './records.ts';
import { followedWalk, planLines } from './walk.ts';

type StartOptions = { unattended?: boolean; data?: string; source: string; port?: string; plan?: boolean };

/** The practice site behind one command, and its parts one by one. */
export function addStartCommands(program: Command): void {
  addCommand<StartOptions>(
    program,
    'start',
    'cli.start',
    (command) =>
      command
        .option('--unattended', both('cli.option.unattended'))
        .option('--plan', both('cli.option.show-plan'))
        .option('--data <folder>', both('cli.option.data'))
        .option('--source <folder>', both('cli.option.source'), sampleRelease)
        .option('--port <number>', both('cli.option.port')),
    async (options, { session, output }) => {
      const began = performance.now();
      const out = join(homeOf(options), 'bundles', 'practice');
      output.note(output.say(text('cli.start.preparing')));
      const [bundle, practice] = await Promise.all([
        session.client.bundle.build({ source: resolve(options.source), out }),
        session.client.practice.open({}),
      ]);
      output.note(
        output.say(
          text('cli.start.bundle', {
            release: `${bundle.release?.name} ${bundle.release?.version}`,
            key: bundle.signature.key,
            folder: out,
          }),
        ),
      );
      output.note(
        output.say(
          text('cli.start.practice', {
            folder: practice.folder,
            seconds: ((performance.now() - began) / 1000).toFixed(1),
          }),
        ),
      );
      if (options.unattended === true)
        return await walkUnattended(session, output, practice.site, out, options.plan === true, began);
      const server = await serveWizard(session.router, portOf(options.port));
      output.result({ address: server.address, site: practice.site }, (value) => [
        output.say(text('cli.start.address', { address: value.address })),
      ]);
      await untilEnded();
      await server.close();
    },
  );

  addCommand<GlobalOptions>(
    program,
    'serve',
    'cli.serve',
    (command) => command.option('--port <number>', both('cli.option.port')),
    async (options, { session, output }) => {
      const { port } = options as { port?: string };
      const server = await serveWizard(session.router, portOf(port));
      output.result({ address: server.address }, (value) => [
        output.say(text('cli.start.address', { address: value.address })),
      ]);
      await untilEnded();
      await server.close();
    },
  );

  addCommand<{ folder?: string }>(
    program,
    'practice open',
    'cli.practice.open',
    (command) => command.option('--folder <path>', both('cli.option.practice-folder')),
    async (options, { session, output }) => {
      const practice = await session.client.practice.open(
        options.folder === undefined ? {} : { folder: options.folder },
      );
      output.result(practice, (value) => [output.say(text('cli.practice.ready', { folder: value.folder }))]);
      await untilEnded();
    },
  );

  addCommand(
    program,
    'practice close',
    'cli.practice.close',
    (command) => command,
    async (_options, { session, output }) => {
      output.result(await session.client.practice.close({}), () => []);
    },
  );
}

/** The wizard behind a local server. Error: wizard-not-here where its files are not beside this command line. */
async function serveWizard(router: Router, port: { readonly port?: number }): Promise<LocalServer> {
  const { rendererFolder, serve } = await import('../../server/server.ts');
  if (!existsSync(join(rendererFolder, 'index.html')))
    throw new SitewrightError('wizard-not-here', { folder: rendererFolder });
  return await serve(router, port);
}

async function walkUnattended(
  session: CliSession,
  output: Output,
  site: string,
  bundle: string,
  showPlan: boolean,
  began: number,
): Promise<number> {
  const plan = await session.client.plan.show({ site, bundle: [bundle] });
  if (showPlan) for (const line of planLines(plan, output)) output.note(line);
  else output.note(planLines(plan, output).at(-1)!);
  const walk = await followedWalk(session, output, site, async () => {
    try {
      // A kept folder with an unfinished run goes on with it.
      return await session.client.walk.resume({ site, bundle: [bundle] });
    } catch (error) {
      if (!startsAnew(error)) throw error;
      return await session.client.walk.start({ site, bundle: [bundle], plan: plan.digest });
    }
  });
  const report = await session.client.report.make({ site });
  const done = { state: walk.state, elapsedMs: Math.round(performance.now() - began), report, walk };
  output.result(done, (value) => [
    output.say(
      text('cli.start.done', {
        state: text(`run.state.${standingOf(value.walk)}`),
        elapsed: duration(value.elapsedMs),
        conclusion: text(`report.conclusion.${report.conclusion as 'passed'}`),
      }),
    ),
    ...reportLines(report as MadeReport, output),
  ]);
  return walkExitCode(walk);
}

/** No run yet, a finished one, or one of another release: a new run is what was asked for. */
function startsAnew(error: unknown): boolean {
  const code = (error as { data?: { code?: string } }).data?.code;
  return code === 'run-not-found' || code === 'run-not-resumable' || code === 'plan-changed';
}

/** Error: usage-invalid where it is no port. */
function portOf(words: string | undefined): { port?: number } {
  if (words === undefined) return {};
  return { port: parseCount(words, '--port', { least: 0, most: 65535 }) };
}

function untilEnded(): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => (ended.signal.reason instanceof SitewrightError ? resolve() : reject(ended.signal.reason));
    if (ended.signal.aborted) end();
    else {
      const alive = setInterval(() => undefined, 60_000);
      const stop = () => {
        clearInterval(alive);
        end();
      };
      ended.signal.addEventListener('abort', stop, { once: true });
    }
  });
}
