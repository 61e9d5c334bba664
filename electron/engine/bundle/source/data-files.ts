import { text } from '../../../contract/text.ts';
import { parseConfiguration } from '../../data/configuration-file.ts';
import { readMigration } from '../../data/migration-files.ts';
import { parseSuite } from '../../suite/parser.ts';
import { invalid } from './place.ts';
import type { ReleaseSource } from './release-source.ts';

/**
 * Reads migrations, configuration data and suites as the site will, so that their faults show now; migrations are listed in
 * the order of their numbers. Errors: release-invalid, suite-invalid.
 */
export function checkDataFiles({ file, files, place }: ReleaseSource): void {
  const content = (path: string): string => files.get(path)?.toString('utf8') ?? '';
  let last = 0;
  for (const [index, path] of file.database.migrations.entries()) {
    const { version } = readMigration(path, content(path));
    if (version <= last)
      throw invalid(place(['database', 'migrations', index]), text('bundle.problem.migration', { path }));
    last = version;
  }
  for (const path of file.database.configuration) parseConfiguration(path, content(path));
  for (const path of file.suites) parseSuite(path, content(path));
}
