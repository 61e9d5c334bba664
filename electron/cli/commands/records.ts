import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { SitewrightError } from '../../contract/errors.ts';
import { isLocale, locales, text } from '../../contract/text.ts';
import type { JudgedFinding } from '../../contract/views.ts';
import { addCommand, both } from '../command.ts';
import { site } from '../input.ts';
import { bytes, type Output, table } from '../output.ts';

type Site = { site: string };

/** What a walk leaves behind: verdicts, waivers, evidence, journal, report. */
export function addRecordCommands(program: Command): void {
  addCommand<Site & { all?: boolean }>(
    program,
    'check list',
    'cli.check.list',
    (command) => site(command).option('--all', both('cli.option.all')),
    async (options, { session, output }) => {
      const findings = await session.client.check.list({ site: options.site });
      output.result(findings, (list) => findingLines(list, options.all === true, output));
    },
  );

  addCommand<Site & { check?: string[] }>(
    program,
    'check again',
    'cli.check.again',
    (command) => site(command).option('--check <id...>', both('cli.option.check')),
    async (options, { session, output }) => {
      const again = await session.client.check.again({ site: options.site, checks: options.check ?? [] });
      output.result(again, ({ steps }) => [output.say(text('cli.check.forgotten', { count: steps.length }))]);
    },
  );

  addCommand<Site>(program, 'waiver list', 'cli.waiver.list', site, async (options, { session, output }) => {
    output.result(await session.client.waiver.list({ site: options.site }), (waivers) =>
      table(
        waivers.map((one) => [
          one.id,
          one.check,
          one.subjects.join(' ') || '*',
          one.state,
          one.expires,
          one.approver,
          one.reason,
        ]),
      ),
    );
  });

  addCommand<Site & { check: string; subject?: string[]; reason: string; approver: string; expires: string }>(
    program,
    'waiver add',
    'cli.waiver.add',
    (command) =>
      site(command)
        .requiredOption('--check <id>', both('cli.option.check'))
        .option('--subject <name...>', both('cli.option.subject'))
        .requiredOption('--reason <words>', both('cli.option.reason'))
        .requiredOption('--approver <name>', both('cli.option.approver'))
        .requiredOption('--expires <YYYY-MM-DD>', both('cli.option.expires')),
    async (options, { session, output }) => {
      const { check, subject, reason, approver, expires } = options;
      const waiver = await session.client.waiver.add({
        site: options.site,
        waiver: { check, subjects: subject ?? [], reason, approver, expires },
      });
      output.result(waiver, (value) => [value.id]);
    },
  );

  addCommand<Site & { id: string }>(
    program,
    'waiver remove',
    'cli.waiver.remove',
    (command) => site(command).requiredOption('--id <waiver>', both('cli.option.waiver')),
    async (options, { session, output }) => {
      const { removed } = await session.client.waiver.remove({ site: options.site, id: options.id });
      output.result({ removed }, () => [removed ? options.id : '-']);
      return removed ? 0 : 1;
    },
  );

  addCommand<Site>(program, 'evidence list', 'cli.evidence.list', site, async (options, { session, output }) => {
    output.result(await session.client.evidence.list({ site: options.site }), (list) =>
      table(list.map((one) => [one.id, one.sha256.slice(0, 16), bytes(one.bytes), output.say(one.title)])),
    );
  });

  addCommand<Site & { id: string; out?: string }>(
    program,
    'evidence show',
    'cli.evidence.show',
    (command) =>
      site(command)
        .requiredOption('--id <E-0001>', both('cli.option.evidence'))
        .option('--out <path>', both('cli.option.out-file')),
    async (options, { session, output }) => {
      const shown = await session.client.evidence.show({ site: options.site, id: options.id });
      const content = Buffer.from(shown.contentBase64, 'base64');
      if (options.out !== undefined) writeFileSync(options.out, content);
      output.result(shown, () => [options.out ?? content.toString('utf8')]);
    },
  );

  addCommand<Site>(program, 'journal list', 'cli.journal.list', site, async (options, { session, output }) => {
    output.result(await session.client.journal.list({ site: options.site }), (rows) =>
      table(rows.map((row) => [String(row.seq), row.at, row.kind, row.subject, row.hash.slice(0, 12)])),
    );
  });

  addCommand<Site & { head?: string }>(
    program,
    'journal verify',
    'cli.journal.verify',
    (command) => site(command).option('--head <sha256>', both('cli.option.head')),
    async (options, { session, output }) => {
      const verdict = await session.client.journal.verify({
        site: options.site,
        ...(options.head && { head: options.head }),
      });
      output.result(verdict, (value) => [
        output.say(
          text(value.intact ? 'cli.journal.intact' : 'cli.journal.damaged', {
            rows: value.rows,
            head: value.head,
            key: value.key,
          }),
        ),
        ...value.problems.map((problem) => `${problem.seq}: ${output.say(problem.problem)}`),
      ]);
      return verdict.intact ? 0 : 1;
    },
  );

  addCommand<Site & { language?: string[]; pdf: boolean }>(
    program,
    'report',
    'cli.report',
    (command) =>
      site(command)
        .option('--language <locale...>', both('cli.option.language'))
        .option('--no-pdf', both('cli.option.no-pdf')),
    async (options, { session, output }) => {
      const wanted = options.language ?? [...locales];
      if (!wanted.every(isLocale)) {
        const words = { option: '--language', value: wanted.join(' '), choices: locales.join(', ') };
        throw new SitewrightError('usage-invalid', { problem: text('usage.choice', words) });
      }
      const made = await session.client.report.make({ site: options.site, locales: wanted, pdf: options.pdf });
      output.result(made, () => reportLines(made, output));
    },
  );
}

export type MadeReport = {
  files: { format: string; locale: string; path: string }[];
  conclusion: string;
  summary: Parameters<Output['say']>[0];
  skipped: { message: Parameters<Output['say']>[0] }[];
};

export function reportLines(made: MadeReport, output: Output): readonly string[] {
  return [
    `${output.say(text(`report.conclusion.${made.conclusion as 'passed'}`))}: ${output.say(made.summary)}`,
    ...table(
      made.files.map((file) => [file.format.toUpperCase(), file.locale === 'all' ? '' : file.locale, file.path]),
    ),
    ...made.skipped.map((error) => output.say(error.message)),
  ];
}

const order = ['failed', 'error', 'warning', 'skipped', 'not-applicable', 'passed'] as const;

/** Failures first; passes are counted, or shown with `--all`. */
function findingLines(findings: readonly JudgedFinding[], all: boolean, output: Output): readonly string[] {
  const counts = order.map((status) => [status, findings.filter((finding) => finding.status === status)] as const);
  const shown = counts.flatMap(([status, list]) => (all || !['passed', 'not-applicable'].includes(status) ? list : []));
  return [
    ...table(
      shown.map((finding) => [
        output.say(text(finding.waiver === undefined ? `run.status.${finding.status}` : 'run.status.waived')),
        finding.check,
        finding.subject,
        output.say(finding.actual),
        output.say(finding.expected),
      ]),
    ),
    counts.map(([status, list]) => `${output.say(text(`run.status.${status}`))} ${list.length}`).join(', '),
  ];
}
