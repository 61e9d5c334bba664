import type { Command } from 'commander';
import type { PathProbe, PathReport } from '../../contract/path-test.ts';
import { text } from '../../contract/text.ts';
import { addCommand, both, ended } from '../command.ts';
import { bytes, type Output } from '../output.ts';
import { type RegistryOptions, registryOptions, targetOf } from './registry-target.ts';
import { servePractice } from './walk.ts';

const marks = { passed: '✓', warning: '!', failed: '✗', 'not-applicable': '-', skipped: '·' } as const;

/** The way to a registry, tried with throwaway content. */
export function addPathTest(program: Command): void {
  addCommand<RegistryOptions & { bundle?: string[] }>(
    program,
    'images path-test',
    'cli.images.path-test',
    (command) => registryOptions(command.option('--bundle <folder...>', both('cli.option.bundle-for-path'))),
    async (options, { session, output }) => {
      if (options.site !== undefined) await servePractice(session, options.site);
      const target = await targetOf(options, output);
      const { bundle } = options;
      const report = await session.client.images.pathTest(
        { target, ...(bundle && { bundle }) },
        { signal: ended.signal },
      );
      output.result(report, (found) => reportLines(found, output));
      return report.verdict === 'failed' ? 1 : 0;
    },
  );
}

function reportLines(report: PathReport, output: Output): readonly string[] {
  const { registry, repository, bytesSent, seconds, uplink, probes, left } = report;
  const figures = { registry, repository, bytes: bytes(bytesSent), seconds: seconds.toFixed(1) };
  return [
    ...probes.flatMap((probe) => probeLines(probe, output)),
    output.say(
      text('cli.images.path-tested', { ...figures, uplink: uplink === undefined ? '-' : `${bytes(uplink)}/s` }),
    ),
    ...(left.length === 0 ? [] : [output.say(text('cli.images.path-left', { content: left.join('\n  ') }))]),
  ];
}

/** One line for what is good; where something is wrong, what was found, what mends it, and the raw answer. */
function probeLines(probe: PathProbe, output: Output): readonly string[] {
  const head = `${marks[probe.status]} ${output.say(probe.title)}`;
  if (probe.status === 'passed') return [head];
  const lines = [`${head}: ${output.say(probe.actual)}`];
  if (probe.fix !== undefined) lines.push(`  → ${output.say(probe.fix)}`, `  (${probe.observed})`);
  return lines;
}
