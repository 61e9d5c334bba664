import type { Command } from 'commander';
import { errorFromView } from '../../contract/errors.ts';
import type { PushEvent, PushPlan, PushReport } from '../../contract/images.ts';
import { type Reading, rateOver, timeLeft } from '../../contract/rate.ts';
import { text } from '../../contract/text.ts';
import { addCommand, both, ended, insisted } from '../command.ts';
import { parseCount } from '../figures.ts';
import { bytes, duration, type Output, table } from '../output.ts';
import { addPathTest } from './path-test.ts';
import { type RegistryOptions, registryOptions, targetOf } from './registry-target.ts';
import { servePractice } from './walk.ts';

const withBundle = (command: Command) =>
  registryOptions(command.requiredOption('--bundle <folder...>', both('cli.option.bundle')));
type ImageOptions = RegistryOptions & { readonly bundle: string[] };

/** Images of a bundle into a registry, with or without a site. */
export function addImageCommands(program: Command): void {
  addCommand<ImageOptions>(program, 'images plan', 'cli.images.plan', withBundle, async (options, io) => {
    const { session, output } = io;
    if (options.site !== undefined) await servePractice(session, options.site);
    const target = await targetOf(options, output);
    output.result(
      await session.client.images.plan({ target, bundle: options.bundle }, { signal: ended.signal }),
      (plan) => planLines(plan, output),
    );
  });

  addPathTest(program);
  addCommand<ImageOptions & { streams?: string }>(
    program,
    'images push',
    'cli.images.push',
    (command) => withBundle(command).option('--streams <count>', both('cli.option.streams')),
    async (options, { session, output }) => {
      const streams =
        options.streams === undefined ? undefined : parseCount(options.streams, '--streams', { least: 1, most: 32 });
      if (options.site !== undefined) await servePractice(session, options.site);
      const target = await targetOf(options, output);
      const cancel = new AbortController();
      insisted.signal.addEventListener('abort', () => cancel.abort(insisted.signal.reason), { once: true });
      // Ctrl-C stops where nothing has to be sent again, and the next call goes on from there; what has not begun ends at once.
      const pause = async () => {
        const { paused } = await session.client.images.pause({ target }).catch(() => ({ paused: false }));
        if (!paused) cancel.abort(ended.signal.reason);
      };
      ended.signal.addEventListener('abort', pause, { once: true });
      try {
        const events = await session.client.images.push(
          { target, bundle: options.bundle, ...(streams !== undefined && { streams }) },
          { signal: cancel.signal },
        );
        const report = await followPush(events, output);
        output.result(report, (result) => reportLines(result, output));
        return report.paused ? 130 : report.complete ? 0 : 1;
      } finally {
        ended.signal.removeEventListener('abort', pause);
      }
    },
  );

  addCommand<RegistryOptions>(program, 'images pause', 'cli.images.pause', registryOptions, async (options, io) => {
    // The place alone names the push; nobody signs in.
    const { username: _user, passwordStdin: _stdin, passwordFile: _file, ...place } = options;
    const target = await targetOf(place, io.output);
    const { paused } = await io.session.client.images.pause({ target });
    io.output.result({ paused }, () => [io.output.say(text(paused ? 'cli.images.pausing' : 'cli.images.nothing'))]);
    return paused ? 0 : 1;
  });

  const verified = (command: Command) => withBundle(command).option('--content', both('cli.option.content'));
  type Verified = ImageOptions & { content?: boolean };
  addCommand<Verified>(program, 'images verify', 'cli.images.verify', verified, async (options, io) => {
    const { session, output } = io;
    if (options.site !== undefined) await servePractice(session, options.site);
    const target = await targetOf(options, output);
    const proofs = await session.client.images.verify(
      { target, bundle: options.bundle, content: options.content },
      { signal: ended.signal },
    );
    output.result(proofs, (rows) => [...proofLines(rows, output), ...nextLines(rows, output)]);
    return proofs.every((proof) => proof.complete) ? 0 : 1;
  });
}

/** One line now and then while it goes on: amount, speed, time left once the speed is steady. */
async function followPush(events: AsyncIterable<PushEvent>, output: Output): Promise<PushReport> {
  const readings: Reading[] = [];
  let printed = 0;
  for await (const event of events) {
    switch (event.type) {
      case 'progress': {
        readings.push({ at: performance.now(), done: event.done });
        if (readings.length > 200) readings.shift();
        if (performance.now() - printed < quietMs) break;
        printed = performance.now();
        const rate = rateOver(readings, 5);
        const left = timeLeft(readings, event.total);
        output.note(
          output.say(
            text('cli.images.progress', {
              done: bytes(event.done),
              total: bytes(event.total),
              rate: rate === undefined ? '-' : `${bytes(rate)}/s`,
              left: left === undefined ? '-' : duration(left),
              images: event.images.filter((image) => image.done === image.total).length,
              of: event.images.length,
            }),
          ),
        );
        break;
      }
      case 'setback':
        output.note(
          output.say(
            text('cli.images.setback', { problem: event.error.message, seconds: (event.pauseMs / 1000).toFixed(1) }),
          ),
        );
        break;
      case 'verify':
        if (event.done === event.total) output.note(output.say(text('cli.images.verified', { count: event.total })));
        break;
      case 'done':
        return event.result;
      case 'failed':
        throw errorFromView(event.error);
    }
  }
  throw new Error('the push ended without its last event');
}

const quietMs = 2000;

function planLines(plan: PushPlan, output: Output): readonly string[] {
  return [
    ...table(
      plan.images.map((image) => [image.present ? '✓' : '+', image.reference, image.repository, bytes(image.bytes)]),
    ),
    output.say(text('cli.images.planned', { blobs: plan.blobs, bytes: bytes(plan.bytes), registry: plan.registry })),
  ];
}

function reportLines(report: PushReport, output: Output): readonly string[] {
  if (report.paused) return [output.say(text('cli.images.paused', { sent: bytes(report.bytesSent) }))];
  const { blobs, uploaded, mounted, present, registry } = report;
  return [
    ...proofLines(report.proofs, output),
    output.say(
      text('cli.images.pushed', {
        ...{ blobs, uploaded, mounted, present, registry },
        bytes: bytes(report.bytesSent),
        seconds: report.seconds.toFixed(1),
      }),
    ),
  ];
}

function proofLines(proofs: PushReport['proofs'], output: Output): readonly string[] {
  const named = (key: 'cli.images.missing' | 'cli.images.altered', names: readonly string[]) =>
    names.length === 0 ? [] : [output.say(text(key, { names: names.join(', ') }))];
  return table(
    proofs.map(({ complete, reference, missing, altered }) => [
      ...[complete ? '✓' : '✗', reference],
      [...named('cli.images.missing', missing), ...named('cli.images.altered', altered)].join('; '),
    ]),
  );
}

/** What mends it: a push for what is missing, and a look at the registry for what it holds wrongly. */
function nextLines(proofs: PushReport['proofs'], output: Output): readonly string[] {
  return [
    ...(proofs.some(({ altered }) => altered.length > 0) ? [output.say(text('cli.images.mend-altered'))] : []),
    ...(proofs.some(({ missing }) => missing.length > 0) ? [output.say(text('cli.images.mend-missing'))] : []),
  ];
}
