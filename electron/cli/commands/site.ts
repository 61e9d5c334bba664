import { readFileSync, writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import type { Command } from 'commander';
import { exitCodeOf, SitewrightError, sayError } from '../../contract/errors.ts';
import { text } from '../../contract/text.ts';
import { standingOf } from '../../contract/views.ts';
import type { InventoryFormat } from '../../engine/site/inventory.ts';
import { addCommand, both } from '../command.ts';
import { readDocument, site } from '../input.ts';
import { table } from '../output.ts';
import { readSecret, readSecretFile } from '../secret-input.ts';
import { servePractice } from './walk.ts';

const file = (command: Command) => site(command).requiredOption('--file <path>', both('cli.option.file'));

/** Sites, their inventory and their vault. */
export function addSiteCommands(program: Command): void {
  addCommand(
    program,
    'info',
    'cli.info',
    (command) => command,
    async (_options, { session, output }) => {
      output.result(await session.client.info(), ({ version, home, bundles }) => [
        `Sitewright ${version}`,
        home,
        ...bundles,
      ]);
    },
  );

  addCommand(
    program,
    'site list',
    'cli.site.list',
    (command) => command,
    async (_options, { session, output }) => {
      const sites = await session.client.site.list();
      output.result(sites, (rows) =>
        table(
          rows.map((row) => [
            row.name,
            row.title,
            row.lastRun === undefined ? '-' : output.say(text(`run.state.${standingOf(row.lastRun)}`)),
          ]),
        ),
      );
    },
  );

  addCommand<{ site: string }>(program, 'site show', 'cli.site.show', site, async (options, { session, output }) => {
    output.result(await session.client.site.show({ site: options.site }), (value) => [JSON.stringify(value, null, 2)]);
  });

  addCommand<{ file: string }>(
    program,
    'site create',
    'cli.site.create',
    (command) => command.requiredOption('--file <path>', both('cli.option.site-file')),
    async (options, { session, output }) => {
      const created = await session.client.site.create(readDocument(options.file) as never);
      session.engine.openUnlocked(created.name);
      output.result(created, (value) => [output.say(text('cli.site.created', { site: value.name }))]);
    },
  );

  addCommand<{ site: string; file: string }>(
    program,
    'site update',
    'cli.site.update',
    file,
    async (options, { session, output }) => {
      const change = readDocument(options.file) as never;
      output.result(await session.client.site.update({ site: options.site, change }), (value) => [
        JSON.stringify(value, null, 2),
      ]);
    },
  );

  addCommand<{ site: string; file: string }>(
    program,
    'site check-inventory',
    'cli.site.check-inventory',
    file,
    async (options, { session, output }) => {
      const checked = await session.client.site.checkInventory({
        site: options.site,
        ...readInventoryFile(options.file),
      });
      output.result(checked, ({ hosts, problems }) =>
        problems.length === 0
          ? [output.say(text('cli.inventory.good', { count: hosts.length }))]
          : problems.map((cell) => output.say(text('run.inventory.cell', { ...cell }))),
      );
      return checked.problems.length === 0 ? 0 : 1;
    },
  );

  addCommand<{ site: string; file: string }>(
    program,
    'site import',
    'cli.site.import',
    file,
    async (options, { session, output }) => {
      const imported = await session.client.site.importInventory({
        site: options.site,
        ...readInventoryFile(options.file),
      });
      output.result(imported, (value) => [output.say(text('cli.inventory.good', { count: value.hosts.length }))]);
    },
  );

  addCommand<{ file: string }>(
    program,
    'site example',
    'cli.site.example',
    (command) => command.requiredOption('--file <path>', both('cli.option.file')),
    async (options, { session, output }) => {
      const { csv } = await session.client.site.example();
      writeFileSync(options.file, csv);
      output.result({ file: options.file }, (value) => [value.file]);
    },
  );

  addCommand<{ site: string; host: string }>(
    program,
    'site test',
    'cli.site.test',
    (command) => site(command).requiredOption('--host <name>', both('cli.option.host')),
    async (options, { session, output }) => {
      await servePractice(session, options.site);
      const tested = await session.client.site.testHost({ site: options.site, host: options.host });
      output.result(tested, ({ hostKey = '', ms = 0, error }) =>
        error === undefined
          ? [output.say(text('cli.site.tested', { host: options.host, ms, key: hostKey }))]
          : [sayError(output.locale, error)],
      );
      return tested.error === undefined ? 0 : exitCodeOf(tested.error.code);
    },
  );

  addCommand<{ site: string; host: string; fingerprint: string }>(
    program,
    'site trust',
    'cli.site.trust',
    (command) =>
      site(command)
        .requiredOption('--host <name>', both('cli.option.host'))
        .requiredOption('--fingerprint <SHA256:...>', both('cli.option.fingerprint')),
    async (options, { session, output }) => {
      output.result(
        await session.client.site.trust({ site: options.site, host: options.host, fingerprint: options.fingerprint }),
        () => [options.fingerprint],
      );
    },
  );

  addCommand<{ site: string; key: string }>(
    program,
    'site trust-bundle',
    'cli.site.trust-bundle',
    (command) => site(command).requiredOption('--key <fingerprint>', both('cli.option.key')),
    async (options, { session, output }) => {
      output.result(await session.client.site.trustBundleKey({ site: options.site, key: options.key }), () => [
        options.key,
      ]);
    },
  );

  addCommand<{ site: string }>(
    program,
    'vault unlock',
    'cli.vault.unlock',
    site,
    async (options, { session, output }) => {
      session.engine.openUnlocked(options.site);
      output.result({}, () => [output.say(text('cli.vault.unlocked', { site: options.site }))]);
    },
  );

  addCommand<{ site: string; name: string; valueFile?: string }>(
    program,
    'vault set',
    'cli.vault.set',
    (command) =>
      site(command)
        .requiredOption('--name <entry>', both('cli.option.entry'))
        .option('--value-file <path>', both('cli.option.value-file')),
    async (options, { session, output }) => {
      const { name, valueFile } = options;
      const value =
        valueFile === undefined
          ? await readSecret(output.say(text('cli.vault.prompt', { name })))
          : readSecretFile(valueFile, '--value-file');
      await session.client.vault.set({ site: options.site, name, value });
      output.result({ name }, (stored) => [stored.name]);
    },
  );

  addCommand<{ site: string }>(program, 'vault list', 'cli.vault.list', site, async (options, { session, output }) => {
    output.result(await session.client.vault.list({ site: options.site }), (names) => names);
  });

  addCommand<{ site: string; name: string }>(
    program,
    'vault reveal',
    'cli.vault.reveal',
    (command) => site(command).requiredOption('--name <entry>', both('cli.option.entry')),
    async (options, { session, output }) => {
      output.result(await session.client.vault.reveal({ site: options.site, name: options.name }), ({ value }) => [
        value,
      ]);
    },
  );
}

function readInventoryFile(path: string): { format: InventoryFormat; contentBase64: string } {
  const formats: Readonly<Record<string, InventoryFormat>> = {
    '.csv': 'csv',
    '.xlsx': 'xlsx',
    '.yaml': 'yaml',
    '.yml': 'yaml',
  };
  const format = formats[extname(path).toLowerCase()];
  if (format === undefined)
    throw new SitewrightError('usage-invalid', {
      problem: text('usage.choice', { option: '--file', value: path, choices: 'csv, xlsx, yaml' }),
    });
  try {
    return { format, contentBase64: readFileSync(path).toString('base64') };
  } catch (error) {
    throw new SitewrightError(
      'usage-invalid',
      { problem: text('usage.file', { option: '--file', file: path }) },
      { cause: error },
    );
  }
}
