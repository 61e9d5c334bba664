import type { UiKey, useWords } from '../../i18n/text.ts';

type Words = ReturnType<typeof useWords>['t'];

const categories = [
  'inventory',
  'host',
  'os',
  'storage',
  'network',
  'time',
  'runtime',
  'permission',
  'dependencies',
  'certificates',
  'images',
  'deployment',
  'monitoring',
  'database',
  'configuration',
  'manifest',
  'health',
  'data',
  'function',
  'performance',
  'security',
  'documents',
  'acceptance',
] as const;

/** A category in words; one that a release made up is said as it is written. */
export function categoryWords(category: string, t: Words): string {
  const known = categories.find((name) => name === category);
  return known === undefined ? category : t(`stage.category.${known}` satisfies UiKey);
}
