import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ShippedPackage } from './packages.ts';

/** Licences under which the program may ship something, SPDX. */
const allowed = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'OFL-1.1',
  'PostgreSQL',
  'PSF-2.0',
  'Python-2.0',
  'Unlicense',
  'Zlib',
]);

/** Whether one alternative of an SPDX expression is allowed; all parts of an `AND` have to be. */
export function isAllowed(expression: string): boolean {
  const plain = expression.replace(/[()]/g, ' ').trim();
  if (plain === '') return false;
  return plain.split(/\s+OR\s+/).some((one) => one.split(/\s+AND\s+/).every((part) => allowed.has(part.trim())));
}

/** What the packages' licences leave open; empty when all may be shipped. */
export function licenceProblems(packages: readonly ShippedPackage[]): readonly string[] {
  return packages
    .filter(({ licence }) => !isAllowed(licence))
    .map(({ name, version, licence }) => `${name} ${version}: ${licence === '' ? 'states no licence' : licence}`);
}

/** One text of all licences, as they have to accompany the program. `own` stands at its beginning. */
export function licenceText(own: string, packages: readonly ShippedPackage[]): string {
  const sections = packages.map(({ name, version, licence, folder }) => {
    const texts = licenceFiles(folder).map((file) => readFileSync(join(folder, file), 'utf8').trim());
    return [`${name} ${version} (${licence})`, ...texts].join('\n\n');
  });
  return `${[own.trim(), ...new Set(sections)].join(`\n\n${'-'.repeat(78)}\n\n`)}\n`;
}

function licenceFiles(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .filter((name) => /^(licen[cs]e|notice|copying|copyright)/i.test(name) && !/\.(js|ts|json)$/.test(name))
    .sort();
}
