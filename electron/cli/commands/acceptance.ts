import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { parse as parseYaml } from 'yaml';
import { type AcceptanceView, deviationChangeSchema, signOffSchema } from '../../contract/acceptance.ts';
import { SitewrightError } from '../../contract/errors.ts';
import { text } from '../../contract/text.ts';
import { addCommand, both } from '../command.ts';
import { type Output, table } from '../output.ts';

type Site = { readonly site: string };
type Note = Site & Readonly<Partial<Record<(typeof fields)[number], string>>>;

const fields = ['id', 'title', 'level', 'owner', 'due', 'closing', 'closed', 'withdrawn'] as const;
const site = (command: Command) => command.requiredOption('--site <name>', both('cli.option.site'));

/** What people write into the acceptance record: deviations, signing, handover. */
export function addAcceptanceCommands(program: Command): void {
  addCommand<Site>(program, 'acceptance show', 'cli.acceptance.show', site, async (options, { session, output }) => {
    const view = await session.client.acceptance.show({ site: options.site });
    output.result(view, (found) => lines(found, output));
  });

  addCommand<Note>(
    program,
    'acceptance note',
    'cli.acceptance.note',
    (command) =>
      fields.reduce(
        (declared, field) => declared.option(`--${field} <words>`, both(`cli.acceptance.${field}`)),
        site(command),
      ),
    async (options, { session, output }) => {
      const given = Object.fromEntries(
        fields.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
      );
      const change = deviationChangeSchema.safeParse(given);
      if (!change.success) throw usage(change.error.issues[0]);
      const view = await session.client.acceptance.note({ site: options.site, change: change.data });
      output.result(view, (found) => lines(found, output));
    },
  );

  addCommand<Site & { readonly file: string }>(
    program,
    'acceptance sign-off',
    'cli.acceptance.sign-off',
    (command) => site(command).requiredOption('--file <yaml>', both('cli.acceptance.file')),
    async (options, { session, output }) => {
      const signOff = signOffSchema.safeParse(readYaml(options.file));
      if (!signOff.success) throw usage(signOff.error.issues[0]);
      const view = await session.client.acceptance.signOff({ site: options.site, signOff: signOff.data });
      output.result(view, (found) => lines(found, output));
    },
  );
}

function readYaml(file: string): unknown {
  try {
    return parseYaml(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new SitewrightError('usage-invalid', { problem: `--file ${file}` }, { cause: error });
  }
}

function usage(
  issue: { readonly path: readonly PropertyKey[]; readonly message: string } | undefined,
): SitewrightError {
  return new SitewrightError('usage-invalid', { problem: `${issue?.path.map(String).join('.')}: ${issue?.message}` });
}

function lines({ deviations, signOff }: AcceptanceView, output: Output): readonly string[] {
  return [
    ...table(
      deviations.map(({ id, number, level, title, note, withdrawn }) => [
        number,
        id,
        output.say(text(`report.level.${level}`)),
        output.say(title),
        note.owner ?? '',
        note.due ?? '',
        withdrawn ?? note.closed ?? note.closing ?? '',
      ]),
    ),
    ...table(
      signOff.signers.map(({ party, name, title, date = '' }) => [
        output.say(text(`report.${party}`)),
        name,
        title,
        date,
      ]),
    ),
    ...table(signOff.handover.map(({ topic, participant, date = '' }) => [topic, participant, date])),
  ];
}
