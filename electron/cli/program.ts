import { Command } from 'commander';
import { both } from './command.ts';
import { addAcceptanceCommands } from './commands/acceptance.ts';
import { addBundleCommands } from './commands/bundle.ts';
import { addImageCommands } from './commands/images.ts';
import { addNodeImageCommands } from './commands/node-images.ts';
import { addRecordCommands } from './commands/records.ts';
import { addSiteCommands } from './commands/site.ts';
import { addSiteInventoryCommands } from './commands/site-inventory.ts';
import { addStartCommands } from './commands/start.ts';
import { addWalkCommands } from './commands/walk.ts';
import { sayRefusals } from './refusal.ts';

/** Every command of the command line; the reference in docs/ is generated from this. */
export function createProgram(): Command {
  const program = new Command('sitewright')
    .description(both('cli.description'))
    .option('--home <folder>', both('cli.option.home'))
    .option('--json', both('cli.option.json'))
    .option('--locale <zh-CN|en-US>', both('cli.option.locale'))
    .option('--passphrase-file <path>', both('cli.option.passphrase-file'))
    .option('--passphrase-stdin', both('cli.option.passphrase-stdin'));
  addStartCommands(program);
  addSiteCommands(program);
  addSiteInventoryCommands(program);
  addBundleCommands(program);
  addAcceptanceCommands(program);
  addImageCommands(program);
  addNodeImageCommands(program);
  addWalkCommands(program);
  addRecordCommands(program);
  sayRefusals(program);
  return program;
}
