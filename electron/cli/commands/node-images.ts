import type { Command } from 'commander';
import { text } from '../../contract/text.ts';
import { addCommand, both, ended } from '../command.ts';
import { site } from '../input.ts';
import { bytes, table } from '../output.ts';

/** Images of a bundle into the nodes of a site themselves. */
export function addNodeImageCommands(program: Command): void {
  addCommand<{ site: string; bundle: string[]; host?: string[] }>(
    program,
    'images import',
    'cli.images.import',
    (command) =>
      site(command)
        .requiredOption('--bundle <folder...>', both('cli.option.bundle'))
        .option('--host <name...>', both('cli.option.nodes')),
    async ({ site: name, bundle, host }, { session, output }) => {
      const request = { site: name, bundle, ...(host !== undefined && { hosts: host }) };
      const reports = await session.client.images.import(request, { signal: ended.signal });
      output.result(reports, (rows) =>
        table(
          rows.map((row) => [
            row.complete ? '✓' : '✗',
            row.host,
            row.containerd,
            row.error === undefined
              ? output.say(
                  text('cli.images.imported', {
                    ...{ images: row.images, blobs: row.blobs },
                    ...{
                      sent: bytes(row.bytesSent),
                      present: bytes(row.bytesPresent),
                      seconds: row.seconds.toFixed(1),
                    },
                  }),
                )
              : output.say(row.error.message),
            row.missing.join(' '),
          ]),
        ),
      );
      return reports.every(({ complete }) => complete) ? 0 : 1;
    },
  );
}
