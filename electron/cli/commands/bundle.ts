import type { Command } from 'commander';
import { text } from '../../contract/text.ts';
import { addCommand, both } from '../command.ts';
import { bytes, table } from '../output.ts';
import { sampleRelease } from '../session.ts';

const folders = (command: Command) => command.requiredOption('--bundle <folder...>', both('cli.option.bundle'));

/** Release bundles: build, inspect, verify. */
export function addBundleCommands(program: Command): void {
  addCommand<{ source: string; out: string; key?: string; partSize?: string }>(
    program,
    'bundle build',
    'cli.bundle.build',
    (command) =>
      command
        .option('--source <folder>', both('cli.option.source'), sampleRelease)
        .requiredOption('--out <folder>', both('cli.option.out'))
        .option('--key <file>', both('cli.option.signing-key'))
        .option('--part-size <bytes>', both('cli.option.part-size')),
    async (options, { session, output }) => {
      const built = await session.client.bundle.build({
        source: options.source,
        out: options.out,
        ...(options.key && { key: options.key }),
        ...(options.partSize && { partSize: Number(options.partSize) }),
      });
      output.result(built, (bundle) => bundleLines(bundle, output.say(bundle.title)));
    },
  );

  addCommand<{ bundle: string[] }>(
    program,
    'bundle inspect',
    'cli.bundle.inspect',
    folders,
    async (options, { session, output }) => {
      const bundle = await session.client.bundle.inspect({ bundle: options.bundle });
      output.result(bundle, (value) => bundleLines(value, output.say(value.title)));
    },
  );

  addCommand<{ bundle: string[] }>(
    program,
    'bundle verify',
    'cli.bundle.verify',
    folders,
    async (options, { session, output }) => {
      const verdict = await session.client.bundle.verify({ bundle: options.bundle });
      output.result(verdict, ({ parts, blobs, bytes: size }) => [
        ...table(
          parts.map((part) => [
            part.ok ? '✓' : '✗',
            part.name,
            part.problem === undefined ? '' : output.say(part.problem),
          ]),
        ),
        output.say(text('cli.bundle.verified', { blobs, bytes: bytes(size) })),
      ]);
      return verdict.ok ? 0 : 1;
    },
  );
}

type BundleLines = {
  name: string;
  version: string;
  digest: string;
  bytes: number;
  files: number;
  signature: { valid: boolean; key: string };
  images: { reference: string; digest: string; size: number }[];
};

function bundleLines(bundle: BundleLines, title: string): readonly string[] {
  return [
    `${title} (${bundle.name} ${bundle.version})`,
    bundle.digest,
    `${bundle.signature.valid ? '✓' : '✗'} Ed25519 ${bundle.signature.key}`,
    ...table(bundle.images.map((image) => [image.reference, image.digest, bytes(image.size)])),
    `${bundle.files} files, ${bytes(bundle.bytes)}`,
  ];
}
