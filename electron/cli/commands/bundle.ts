import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { BundleVerdictView, BundleVerifyEvent, BundleView } from '../../contract/bundles.ts';
import { errorFromView, SitewrightError } from '../../contract/errors.ts';
import { text } from '../../contract/text.ts';
import { addCommand, both, ended } from '../command.ts';
import { parseSize } from '../figures.ts';
import { readCertificate } from '../named-file.ts';
import { bytes, type Output, table } from '../output.ts';
import { sampleRelease } from '../session.ts';

const folders = (command: Command) => command.requiredOption('--bundle <folder...>', both('cli.option.bundle'));

/** Release bundles: build, inspect, verify, delta. */
export function addBundleCommands(program: Command): void {
  addDelta(program);
  addCommand<{ source?: string; images?: string[]; ca?: string[]; out: string; key?: string; partSize?: string }>(
    program,
    'bundle build',
    'cli.bundle.build',
    (command) =>
      command
        .option('--source <folder>', both('cli.option.source'))
        .option('--images <place...>', both('cli.option.images'))
        .option('--ca <file...>', both('cli.option.ca'))
        .requiredOption('--out <folder>', both('cli.option.out'))
        .option('--key <file>', both('cli.option.signing-key'))
        .option('--part-size <bytes>', both('cli.option.part-size')),
    async (options, { session, output }) => {
      const request = {
        ...(options.images === undefined ? { source: options.source ?? sampleRelease } : { images: options.images }),
        ...(options.images !== undefined && options.source !== undefined && { source: options.source }),
        ...(options.ca && { authorities: options.ca.map(readCertificate) }),
        out: options.out,
        ...(options.key && { key: options.key }),
        ...(options.partSize !== undefined && { partSize: parseSize(options.partSize, '--part-size') }),
      };
      const built = await session.client.bundle.build(request, { signal: ended.signal });
      output.result(built, (bundle) => bundleLines(bundle, output));
    },
  );

  addCommand<{ bundle: string[]; sbom?: string | true; licences?: boolean }>(
    program,
    'bundle inspect',
    'cli.bundle.inspect',
    (command) =>
      folders(command)
        .option('--sbom [file]', both('cli.option.sbom'))
        .option('--licences', both('cli.option.licences')),
    async (options, { session, output }) => {
      const wanted = options.sbom !== undefined || options.licences === true;
      const bundle = await session.client.bundle.inspect({ bundle: options.bundle, sbom: wanted });
      const { sbom, licences, ...view } = bundle;
      if (wanted && sbom === undefined) output.note(output.say(text('cli.bundle.no-sbom')));
      if (typeof options.sbom === 'string' && sbom !== undefined) await writeFile(options.sbom, sbom);
      // The document is JSON whatever the output is.
      if (options.sbom === true && sbom !== undefined) process.stdout.write(sbom);
      else if (options.licences === true)
        output.result({ ...view, licences }, () =>
          table(
            (licences ?? []).map(({ licence, packages }) => [
              licence === '' ? output.say(text('cli.bundle.no-licence')) : licence,
              String(packages),
            ]),
          ),
        );
      else output.result(view, (value) => bundleLines(value, output));
    },
  );

  addCommand<{ bundle: string[] }>(
    program,
    'bundle verify',
    'cli.bundle.verify',
    folders,
    async (options, { session, output }) => {
      const events = await session.client.bundle.verify({ bundle: options.bundle }, { signal: ended.signal });
      const verdict = await followVerification(events, output);
      output.result(verdict, ({ parts, blobs, bytes: size }) => [
        ...table(
          parts.map((part) => [
            part.ok ? '✓' : '✗',
            part.name,
            part.problem === undefined ? '' : output.say(part.problem),
          ]),
        ),
        output.say(text('cli.bundle.verified', { blobs, bytes: bytes(size) })),
        ...copyLines(parts, output),
      ]);
      return verdict.ok ? 0 : 1;
    },
  );
}

/** Which files have to be copied again, and no others. */
function copyLines(parts: BundleVerdictView['parts'], output: Output): readonly string[] {
  const named = (key: 'cli.bundle.copy-again' | 'cli.bundle.copy-missing', wanted: boolean) => {
    const names = parts.filter(({ ok, missing }) => !ok && missing === wanted).map(({ name }) => name);
    return names.length === 0 ? [] : [output.say(text(key, { parts: names.join(', ') }))];
  };
  return [...named('cli.bundle.copy-again', false), ...named('cli.bundle.copy-missing', true)];
}

function addDelta(program: Command): void {
  type DeltaOptions = {
    bundle: string[];
    base: string;
    from?: string[];
    siteKey?: string;
    out: string;
    key?: string;
    partSize?: string;
  };
  addCommand<DeltaOptions>(
    program,
    'bundle delta',
    'cli.bundle.delta',
    (command) =>
      folders(command)
        .requiredOption('--base <file>', both('cli.option.base'))
        .option('--from <folder...>', both('cli.option.from'))
        .option('--site-key <fingerprint>', both('cli.option.site-key'))
        .requiredOption('--out <folder>', both('cli.option.out'))
        .option('--key <file>', both('cli.option.signing-key'))
        .option('--part-size <bytes>', both('cli.option.part-size')),
    async ({ bundle, base, from, siteKey, out, key, partSize }, { session, output }) => {
      const request = {
        ...{ bundle, base, out },
        ...(from && { from }),
        ...(siteKey && { siteKey }),
        ...(key && { key }),
        ...(partSize !== undefined && { partSize: parseSize(partSize, '--part-size') }),
      };
      const made = await session.client.bundle.delta(request, { signal: ended.signal });
      output.result(made, (delta) => [
        ...bundleLines(delta, output),
        output.say(
          text('cli.bundle.delta-made', {
            ...{ site: delta.site, key: delta.siteKey, left: delta.left.blobs, bytes: bytes(delta.left.bytes) },
            ...{
              patched: delta.patched.blobs,
              whole: bytes(delta.patched.bytes),
              patches: bytes(delta.patched.patches),
            },
          }),
        ),
      ]);
    },
  );
}

/** A line every two seconds: how much was read, of how much, at which rate. */
async function followVerification(
  events: AsyncIterable<BundleVerifyEvent>,
  output: Output,
): Promise<BundleVerdictView> {
  const began = performance.now();
  let told = began;
  for await (const event of events) {
    if (event.type === 'done') return event.verdict;
    if (event.type === 'failed') throw errorFromView(event.error);
    const now = performance.now();
    if (now - told < 2000) continue;
    told = now;
    const rate = `${bytes((event.done / (now - began)) * 1000)}/s`;
    const words = { done: bytes(event.done), total: bytes(event.total), rate };
    output.note(output.say(text('cli.bundle.verifying', words)));
  }
  throw new SitewrightError('cancelled');
}

function bundleLines(bundle: BundleView, output: Output): readonly string[] {
  const { release, registry } = bundle;
  return [
    release === undefined
      ? output.say(text('cli.bundle.images-only'))
      : `${output.say(release.title)} (${release.name} ${release.version})`,
    bundle.digest,
    signatureLine(bundle.signature, output),
    ...table(
      bundle.images.map((image) => [image.reference, image.digest, image.size === undefined ? '' : bytes(image.size)]),
    ),
    ...table(
      (registry?.programs ?? []).map(({ architecture, digest, size }) => [
        output.say(text('cli.bundle.registry', { version: registry?.version ?? '', architecture })),
        digest,
        bytes(size),
        registry?.licence ?? '',
      ]),
    ),
    output.say(
      text('cli.bundle.figures', {
        ...{ files: bundle.files, blobs: bundle.blobs, parts: bundle.parts },
        bytes: bytes(bundle.bytes),
      }),
    ),
  ];
}

function signatureLine({ found, valid, key }: BundleView['signature'], output: Output): string {
  if (!found) return `✗ ${output.say(text('cli.bundle.unsigned'))}`;
  return valid ? `✓ Ed25519 ${key}` : `✗ ${output.say(text('cli.bundle.signature-invalid'))} ${key}`.trimEnd();
}
