import type { Command } from 'commander';
import { say, type TextKey, text } from '../contract/text.ts';
import { createOutput, type Output } from './output.ts';
import { type CliSession, type GlobalOptions, localeOf, openSession } from './session.ts';

/** What a command's body gets. A number that it returns is the exit code; anything else means 0. */
export type CommandRun<O> = (
  options: O & GlobalOptions,
  io: { readonly session: CliSession; readonly output: Output },
) => Promise<unknown>;

/** Aborts on Ctrl-C, on SIGTERM and when the process that started this one is gone. */
export const ended = new AbortController();

/** Aborts when the same is said a second time: what was left to come to a good end is cut short. */
export const insisted = new AbortController();

/** What each group of commands is about. */
const groups: Readonly<Record<string, TextKey>> = {
  practice: 'cli.group.practice',
  site: 'cli.group.site',
  'site inventory': 'cli.group.site-inventory',
  vault: 'cli.group.vault',
  bundle: 'cli.group.bundle',
  images: 'cli.group.images',
  check: 'cli.group.check',
  waiver: 'cli.group.waiver',
  evidence: 'cli.group.evidence',
  journal: 'cli.group.journal',
  acceptance: 'cli.group.acceptance',
};

/** The command of a path such as `site list`, made with its parents below the program; described in both languages. */
export function addCommand<O extends object>(
  program: Command,
  path: string,
  description: TextKey,
  declare: (command: Command) => Command,
  run: CommandRun<O>,
): void {
  const words = path.split(' ');
  let parent = program;
  for (const [at, word] of words.slice(0, -1).entries()) {
    const about = groups[words.slice(0, at + 1).join(' ')];
    if (about === undefined) throw new Error(`no words for the group of ${path}`);
    parent =
      parent.commands.find((candidate) => candidate.name() === word) ?? parent.command(word).description(both(about));
  }
  const command = declare(parent.command(words.at(-1)!).description(both(description)));
  command.action(async () => {
    const options = command.optsWithGlobals<O & GlobalOptions>();
    // Whatever language is asked for wrongly, its refusal is said in one.
    let output = createOutput({ json: options.json === true, locale: 'zh-CN' });
    let session: CliSession | undefined;
    try {
      output = createOutput({ json: options.json === true, locale: localeOf(options) });
      session = openSession(options);
      const code = await run(options, { session, output });
      process.exitCode = typeof code === 'number' ? code : 0;
    } catch (error) {
      process.exitCode = output.failure(error);
    } finally {
      await session?.close();
    }
  });
}

/** Help is read before a language is chosen: both stand there. */
export function both(key: TextKey): string {
  return `${say('zh-CN', text(key))} / ${say('en-US', text(key))}`;
}
