import type { Command, CommanderError } from 'commander';
import { SitewrightError } from '../contract/errors.ts';
import { type Locale, type Text, text, verbatim } from '../contract/text.ts';
import { createOutput } from './output.ts';
import { localeOf } from './session.ts';

/** Has the ends of the parser, at the program and at every command of it, set the exit code and say what was refused as any other error. */
export function sayRefusals(command: Command): void {
  command.configureOutput({ outputError: () => undefined }).exitOverride((end) => {
    process.exitCode = end.exitCode === 0 ? 0 : refuse(command, end);
    throw end;
  });
  for (const child of command.commands) sayRefusals(child);
}

/** Says why the call is refused and how the command is used; the exit code. */
function refuse(command: Command, end: CommanderError): number {
  const { json, locale } = asked(process.argv.slice(2));
  const output = createOutput({ json, locale });
  const helped = end.code === 'commander.help';
  // A group without a command of it has told all of them: more words are for machines only.
  if (helped && !json) return 2;
  const code = output.failure(new SitewrightError('usage-invalid', { problem: problemOf(command, end) }));
  const usage = command.createHelp().commandUsage(command);
  if (!helped) process.stderr.write(`${output.say(text('usage.line', { usage, command: pathOf(command) }))}\n`);
  return code;
}

/** What the whole call asks for, also behind the word at which the parser stopped. A wrong language is not what is refused here. */
function asked(words: readonly string[]): { json: boolean; locale: Locale } {
  const at = words.findLastIndex((word) => word === '--locale' || word.startsWith('--locale='));
  const word = words[at];
  const locale = word === '--locale' ? words[at + 1] : word?.slice('--locale='.length);
  const json = words.includes('--json');
  try {
    return { json, locale: localeOf(locale === undefined ? {} : { locale }) };
  } catch {
    return { json, locale: 'zh-CN' };
  }
}

/** The parser's words, which are English, as a text. */
function problemOf(command: Command, { code, message }: CommanderError): Text {
  // What it names stands in quotes, what it guesses in brackets behind.
  const [, named = ''] = /'(.*)'/s.exec(message) ?? [];
  const [, names] = /\n\(Did you mean (?:one of )?(.*)\?\)$/.exec(message) ?? [];
  const problem = refused[code]?.(named, command) ?? verbatim(message.replace(/^error: /, ''));
  return names === undefined ? problem : text('usage.did-you-mean', { problem, names });
}

const refused: Readonly<Record<string, (named: string, command: Command) => Text>> = {
  'commander.missingMandatoryOptionValue': (option, { args }) => {
    // A misspelt option is named before the one that is missing for it.
    const other = args.find((word) => /^--./.test(word));
    return other === undefined ? text('usage.option-required', { option }) : unknownOption(other);
  },
  'commander.unknownOption': unknownOption,
  'commander.optionMissingArgument': (option) => text('usage.option-empty', { option }),
  'commander.unknownCommand': (name) => text('usage.command-unknown', { command: name }),
  'commander.missingArgument': (argument) => text('usage.argument-required', { argument }),
  'commander.excessArguments': (_named, command) =>
    text('usage.words-extra', { command: pathOf(command), count: command.args.length }),
  'commander.help': (_named, command) => text('usage.command-none', { command: pathOf(command) }),
};

/** What stands behind `=` may be a secret. */
function unknownOption(word: string): Text {
  return text('usage.option-unknown', { option: word.replace(/=.*/s, '') });
}

/** `sitewright images push`. */
function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}
