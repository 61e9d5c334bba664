import { type Locale, say } from '../../contract/text.ts';
import type { Finding, FindingStatus } from '../../contract/views.ts';

/** What both formats are told about the run besides its findings. */
export type ExportOptions = { readonly locale: Locale; readonly name: string; readonly toolVersion: string };

/** Findings as JUnit XML: one `testsuite` per category. `warning` counts as passed with its words in `system-out`. */
export function junitXml(findings: readonly Finding[], options: ExportOptions): string {
  const categories = [...new Set(findings.map((one) => one.category))];
  const suites = categories.map((category) => {
    const own = findings.filter((one) => one.category === category);
    const cases = own.map((one) => junitCase(one, options.locale)).join('');
    return `  <testsuite name="${escaped(category)}" ${totals(own)} timestamp="${escaped(own[0]?.at ?? '')}">\n${cases}  </testsuite>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="${escaped(options.name)}" ${totals(findings)}>\n${suites.join('')}</testsuites>\n`;
}

function totals(findings: readonly Finding[]): string {
  const count = (...statuses: readonly FindingStatus[]) =>
    findings.filter((one) => statuses.includes(one.status)).length;
  const seconds = findings.reduce((sum, one) => sum + one.durationMs, 0) / 1_000;
  return `tests="${findings.length}" failures="${count('failed')}" errors="${count('error')}" skipped="${count('skipped', 'not-applicable')}" time="${seconds.toFixed(3)}"`;
}

function junitCase(one: Finding, locale: Locale): string {
  const actual = say(locale, one.actual);
  const why = one.why === undefined ? '' : say(locale, one.why);
  const words = escaped(
    [
      `expected: ${say(locale, one.expected)}`,
      `actual: ${actual}`,
      why,
      `clause: ${one.clause}`,
      `evidence: ${one.evidence.join(', ')}`,
    ]
      .filter((line) => line !== '')
      .join('\n'),
  );
  const inside: Record<FindingStatus, string> = {
    passed: `<system-out>${words}</system-out>`,
    warning: `<system-out>${words}</system-out>`,
    failed: `<failure message="${escaped(actual)}">${words}</failure>`,
    error: `<error message="${escaped(why === '' ? actual : why)}">${words}</error>`,
    skipped: `<skipped message="${escaped(actual)}"/>`,
    'not-applicable': `<skipped message="${escaped(actual)}"/>`,
  };
  const head = `name="${escaped(`${one.check} ${say(locale, one.title)}`)}" classname="${escaped(`${one.category}.${one.subject}`)}" time="${(one.durationMs / 1_000).toFixed(3)}"`;
  return `    <testcase ${head}>${inside[one.status]}</testcase>\n`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** XML text or attribute; characters that XML 1.0 cannot hold are dropped, line ends in attributes kept as references. */
function escaped(words: string): string {
  return words
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/[&<>"]/g, (one) => entities[one] ?? one);
}

/** Findings as CTRF (Common Test Report Format) JSON. */
export function ctrf(findings: readonly Finding[], options: ExportOptions): string {
  const status = {
    passed: 'passed',
    warning: 'passed',
    failed: 'failed',
    error: 'other',
    skipped: 'skipped',
    'not-applicable': 'skipped',
  } as const;
  const tests = findings.map((one) => ({
    name: `${one.check} ${say(options.locale, one.title)}`,
    status: status[one.status],
    duration: one.durationMs,
    rawStatus: one.status,
    suite: one.category,
    message: say(options.locale, one.actual),
    stop: Date.parse(one.at),
    tags: [one.qualification, ...(one.mustPass ? ['must-pass'] : [])],
    extra: {
      clause: one.clause,
      subject: one.subject,
      expected: say(options.locale, one.expected),
      evidence: one.evidence,
    },
  }));
  const count = (wanted: string) => tests.filter((one) => one.status === wanted).length;
  const stops = tests.map((one) => one.stop).filter(Number.isFinite);
  const starts = tests.map((one) => one.stop - one.duration).filter(Number.isFinite);
  const summary = {
    tests: tests.length,
    passed: count('passed'),
    failed: count('failed'),
    pending: 0,
    skipped: count('skipped'),
    other: count('other'),
    start: starts.length === 0 ? 0 : Math.min(...starts),
    stop: stops.length === 0 ? 0 : Math.max(...stops),
  };
  return `${JSON.stringify({ reportFormat: 'CTRF', specVersion: '0.0.0', results: { tool: { name: options.name, version: options.toolVersion }, summary, tests } }, null, 2)}\n`;
}
