/** A name as PostgreSQL takes it verbatim, whatever characters it holds: quoted, quotes doubled. */
export function quoteIdentifier(name: string): string {
  if (name === '' || name.includes('\0')) throw new RangeError('an identifier is empty or holds a zero byte');
  return `"${name.replaceAll('"', '""')}"`;
}

/** A table name of a release, `table` or `schema.table`, quoted part by part. */
export function quoteTable(name: string): string {
  return name.split('.').map(quoteIdentifier).join('.');
}

/** A comma-separated list of quoted columns, each after an optional alias. */
export function quoteColumns(names: readonly string[], alias?: string): string {
  return names.map((name) => (alias === undefined ? '' : `${alias}.`) + quoteIdentifier(name)).join(', ');
}
