import type { Command } from 'commander';
import { text } from '../../contract/text.ts';
import { addCommand, both, ended } from '../command.ts';
import { bytes } from '../output.ts';
import { type RegistryOptions, registryOptions, registryTarget } from './registry-target.ts';
import { servePractice } from './walk.ts';

/** What a site's registry holds, for deltas. */
export function addSiteInventoryCommands(program: Command): void {
  addCommand<RegistryOptions & { bundle?: string[]; out: string }>(
    program,
    'site inventory export',
    'cli.site.inventory.export',
    (command) =>
      registryOptions(command)
        .option('--bundle <folder...>', both('cli.option.inventory-bundle'))
        .requiredOption('--out <file>', both('cli.option.inventory-out')),
    async (options, { session, output }) => {
      if (options.site !== undefined) await servePractice(session, options.site);
      const target = await registryTarget(options, output.say(text('cli.prompt.password')));
      const { bundle, out } = options;
      const view = await session.client.site.exportInventory(
        { target, out, ...(bundle && { bundle }) },
        { signal: ended.signal },
      );
      output.result(view, ({ file, site, key, repositories, blobs, bytes: size }) => [
        output.say(text('cli.site.inventory.exported', { file, site, key, repositories, blobs, bytes: bytes(size) })),
      ]);
    },
  );
}
