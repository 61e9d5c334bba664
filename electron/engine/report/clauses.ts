import { type Locale, say, type TextKey, text } from '../../contract/text.ts';

/** Words that clauses of the requirements are named with. A clause is `<number> <words> / <words>` in Chinese. */
const known = [
  'environment',
  'dependencies',
  'certificates',
  'images',
  'network',
  'storage',
  'monitoring',
  'database',
  'service',
  'data',
  'data.schema',
  'data.configuration',
  'data.history',
  'deployment',
  'documents',
  'health',
  'health.service',
  'health.metrics',
  'health.version',
  'health.workload',
  'health.database',
  'function',
  'function.core',
  'function.api',
  'function.flow',
  'function.consistency',
  'performance',
  'performance.response',
  'performance.throughput',
  'performance.concurrency',
  'performance.resources',
  'security',
  'security.authentication',
  'security.authorisation',
  'security.encryption',
  'security.protection',
] as const;

const keys: ReadonlyMap<string, TextKey> = new Map(
  known.map((name): [string, TextKey] => {
    const key: TextKey = `report.clause.${name}`;
    return [say('zh-CN', text(key)), key];
  }),
);

/** A clause in the report's language; words of a release's own suites that are not known here stay as they are written. */
export function sayClause(locale: Locale, clause: string): string {
  const [number = '', ...rest] = clause.split(' ');
  const words = rest
    .join(' ')
    .split(' / ')
    .map((part) => {
      const key = keys.get(part);
      return key === undefined ? part : say(locale, text(key));
    });
  return `${number} ${words.join(' / ')}`.trim();
}
