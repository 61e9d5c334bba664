import type { Command } from 'commander';
import { type Text, text } from '../../contract/text.ts';
import { addCommand, both } from '../command.ts';
import { bytes, type Output, table } from '../output.ts';
import { sampleRelease } from '../session.ts';
import { parseSize } from '../size.ts';

const folders = (command: Command) => command.requiredOption('--bundle <folder...>', both('cli.option.bundle'));

/** Release bundles: build, inspect, verify. */
export function addBundleCommands(program: Command): void {
  addCommand<{ source?: string; images?: string[]; out: string; key?: string; partSize?: string }>(
    program,
    'bundle build',
    'cli.bundle.build',
    (command) =>
      command
        .option('--source <folder>', both('cli.option.source'))
        .option('--images <folder...>', both('cli.option.images'))
        .requiredOption('--out <folder>', both('cli.option.out'))
        .option('--key <file>', both('cli.option.signing-key'))
        .option('--part-size <bytes>', both('cli.option.part-size')),
    async (options, { session, output }) => {
      const built = await session.client.bundle.build({
        ...(options.images === undefined ? { source: options.source ?? sampleRelease } : { images: options.images }),
        ...(options.images !== undefined && options.source !== undefined && { source: options.source }),
        out: options.out,
        ...(options.key && { key: options.key }),
        ...(options.partSize && { partSize: parseSize(options.partSize, '--part-size') }),
      });
      output.result(built, (bundle) => bundleLines(bundle, output));
    },
  );

  addCommand<{ bundle: string[] }>(
    program,
    'bundle inspect',
    'cli.bundle.inspect',
    folders,
    async (options, { session, output }) => {
      const bundle = await session.client.bundle.inspect({ bundle: options.bundle });
      output.result(bundle, (value) => bundleLines(value, output));
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
  release?: { name: string; version: string; title: Text } | undefined;
  digest: string;
  bytes: number;
  files: number;
  signature: { valid: boolean; key: string };
  images: { reference: string; digest: string; size: number }[];
};

function bundleLines(bundle: BundleLines, output: Output): readonly string[] {
  const { release } = bundle;
  return [
    release === undefined
      ? output.say(text('cli.bundle.images-only'))
      : `${output.say(release.title)} (${release.name} ${release.version})`,
    bundle.digest,
    `${bundle.signature.valid ? '✓' : '✗'} Ed25519 ${bundle.signature.key}`,
    ...table(bundle.images.map((image) => [image.reference, image.digest, bytes(image.size)])),
    `${bundle.files} files, ${bytes(bundle.bytes)}`,
  ];
}
