import type { Command } from 'commander';
import { type AcceptanceView, deviationChangeSchema, signOffSchema } from '../../contract/acceptance.ts';
import { text } from '../../contract/text.ts';
import { addCommand, both } from '../command.ts';
import { parsed, readDocument, site } from '../input.ts';
import { type Output, table } from '../output.ts';

type Site = { readonly site: string };
type Note = Site & Readonly<Partial<Record<(typeof fields)[number], string>>>;

const fields = ['id', 'title', 'level', 'owner', 'due', 'closing', 'closed', 'withdrawn'] as const;

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
      const change = parsed(deviationChangeSchema, given);
      const view = await session.client.acceptance.note({ site: options.site, change });
      output.result(view, (found) => lines(found, output));
    },
  );

  addCommand<Site & { readonly file: string }>(
    program,
    'acceptance sign-off',
    'cli.acceptance.sign-off',
    (command) => site(command).requiredOption('--file <yaml>', both('cli.acceptance.file')),
    async (options, { session, output }) => {
      const signOff = parsed(signOffSchema, readDocument(options.file));
      const view = await session.client.acceptance.signOff({ site: options.site, signOff });
      output.result(view, (found) => lines(found, output));
    },
  );
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
