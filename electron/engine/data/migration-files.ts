import { createHash } from 'node:crypto';
import { SitewrightError } from '../../contract/errors.ts';
import { text } from '../../contract/text.ts';
import type { Release } from '../bundle/release.ts';
import { type SqlStatement, splitStatements } from './sql-statements.ts';

/** One versioned migration of a release. */
export type Migration = {
  /** The number before the name: 7 for `0007_indexes.sql`. */
  readonly version: number;
  readonly name: string;
  /** Path in the release, for messages. */
  readonly path: string;
  /** SHA-256 over the text with line ends as LF and without a byte order mark. */
  readonly checksum: string;
  readonly statements: readonly SqlStatement[];
  /** False when the file asks for it with `-- sitewright: no transaction`. */
  readonly transaction: boolean;
};

const fileName = /^(\d{4,})_([A-Za-z0-9][A-Za-z0-9_.-]*)\.sql$/;
const withoutTransaction = /^[ \t]*--[ \t]*sitewright:[ \t]*no transaction[ \t]*$/m;
const transactionWords = new Set(['begin', 'commit', 'rollback', 'start', 'end', 'abort', 'prepare']);

/** The release's migrations in the order of their versions. Pure. Error: release-invalid. */
export function readMigrations(release: Release): readonly Migration[] {
  const migrations = release.file.database.migrations.map((path) => {
    const file = release.texts.get(path);
    if (file === undefined) throw invalid(path, text('data.file-missing'));
    return readMigration(path, file.content);
  });
  migrations.sort((a, b) => a.version - b.version);
  for (const [index, migration] of migrations.entries()) {
    if (migrations[index - 1]?.version !== migration.version) continue;
    throw invalid(migration.path, text('data.migration.version-twice', { version: migration.version }));
  }
  return migrations;
}

/** One migration file. Pure. Error: release-invalid. */
export function readMigration(path: string, content: string): Migration {
  const parts = fileName.exec(path.slice(path.lastIndexOf('/') + 1));
  if (parts === null) throw invalid(path, text('data.migration.file-name'));
  const normalised = content.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  const transaction = !withoutTransaction.test(normalised);
  const statements = splitStatements(normalised);
  for (const [index, { head, text: words, line }] of statements.entries()) {
    const problem = refusal(head, words, transaction);
    if (problem !== undefined) throw invalid(path, text(problem, { statement: index + 1, line }));
  }
  return {
    version: Number(parts[1]),
    name: parts[2] as string,
    path,
    checksum: createHash('sha256').update(normalised).digest('hex'),
    statements,
    transaction,
  };
}

/** What a migration must not hold: it would break the file's one transaction, or is no SQL. */
function refusal(head: readonly string[], words: string, transaction: boolean) {
  if (words.startsWith('\\')) return 'data.migration.client-command' as const;
  if (head[0] === 'copy' && /\bfrom\s+stdin\b/i.test(words)) return 'data.migration.copy-stdin' as const;
  if (!transaction || !transactionWords.has(head[0] ?? '')) return undefined;
  if (head[0] === 'rollback' && head.includes('to')) return undefined;
  if (head[0] === 'start' && head[1] !== 'transaction') return undefined;
  if (head[0] === 'prepare' && head[1] !== 'transaction') return undefined;
  return 'data.migration.own-transaction' as const;
}

function invalid(file: string, problem: ReturnType<typeof text>): SitewrightError {
  return new SitewrightError('release-invalid', { file, problem });
}
