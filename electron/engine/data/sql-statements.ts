/** One statement of an SQL file. */
export type SqlStatement = {
  /** The statement without its closing semicolon, comments inside it kept. */
  readonly text: string;
  /** Line of its first word, from 1. */
  readonly line: number;
  /** Its first words in lower case, comments left out: enough to tell what kind it is. */
  readonly head: readonly string[];
};

const word = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;
const dollarTag = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;
const headWords = 6;

/**
 * Splits SQL for PostgreSQL at its top-level semicolons. Knows quotes (also E'..' with backslashes), quoted names,
 * dollar quotes, nested comments, parentheses, and SQL function bodies in `begin atomic ... end`.
 */
export function splitStatements(sql: string): readonly SqlStatement[] {
  const statements: SqlStatement[] = [];
  let at = 0;
  let line = 1;
  let start = -1;
  let startLine = 1;
  let head: string[] = [];
  let parentheses = 0;
  let bodies = 0;

  const advance = (to: number) => {
    for (let next = sql.indexOf('\n', at); next !== -1 && next < to; next = sql.indexOf('\n', next + 1)) line += 1;
    at = to;
  };
  const begin = () => {
    if (start !== -1) return;
    start = at;
    startLine = line;
  };
  const finish = (end: number) => {
    if (start !== -1) statements.push({ text: sql.slice(start, end).trim(), line: startLine, head });
    start = -1;
    head = [];
    parentheses = 0;
    bodies = 0;
  };

  while (at < sql.length) {
    const skipped = skipBlank(sql, at);
    if (skipped > at) {
      advance(skipped);
      continue;
    }
    const character = sql[at] as string;
    if (character === ';' && parentheses === 0 && bodies === 0) {
      finish(at);
      advance(at + 1);
      continue;
    }
    begin();
    const quoted = skipQuoted(sql, at);
    if (quoted > at) {
      advance(quoted);
      continue;
    }
    word.lastIndex = at;
    const found = word.exec(sql)?.[0];
    if (found !== undefined) {
      const lower = found.toLowerCase();
      if (parentheses === 0) {
        if (head.length < headWords) head.push(lower);
        bodies += bodyDepth(lower, head, bodies);
      }
      advance(at + found.length);
      continue;
    }
    if (character === '(') parentheses += 1;
    if (character === ')') parentheses = Math.max(0, parentheses - 1);
    // A number is taken whole, so that the dollar sign in `1$a$` begins nothing.
    const digits = /^\d[\w$.]*/.exec(sql.slice(at, at + 64))?.[0].length ?? 1;
    advance(at + digits);
  }
  finish(sql.length);
  return statements;
}

/** How a word changes the depth of SQL function bodies: only in `create function` and `create procedure`. */
function bodyDepth(word: string, head: readonly string[], depth: number): number {
  const routine = head.indexOf('function') > 0 || head.indexOf('procedure') > 0;
  if (head[0] !== 'create' || !routine) return 0;
  if (word === 'begin') return 1;
  if (depth === 0) return 0;
  return word === 'case' ? 1 : word === 'end' ? -1 : 0;
}

/** Past white space and comments, or `at` itself. */
function skipBlank(sql: string, at: number): number {
  const character = sql[at] as string;
  if (/\s/.test(character) || character === '\ufeff') return at + 1;
  if (sql.startsWith('--', at)) {
    const end = sql.indexOf('\n', at);
    return end === -1 ? sql.length : end;
  }
  if (!sql.startsWith('/*', at)) return at;
  let depth = 1;
  let position = at + 2;
  while (position < sql.length && depth > 0) {
    if (sql.startsWith('/*', position)) {
      depth += 1;
      position += 2;
    } else if (sql.startsWith('*/', position)) {
      depth -= 1;
      position += 2;
    } else position += 1;
  }
  return position;
}

/** Past a quoted string, quoted name or dollar-quoted body that begins here, or `at` itself. */
function skipQuoted(sql: string, at: number): number {
  const character = sql[at] as string;
  if (character === "'") return closing(sql, at + 1, "'", false);
  if (character === '"') return closing(sql, at + 1, '"', false);
  if ((character === 'e' || character === 'E') && sql[at + 1] === "'") return closing(sql, at + 2, "'", true);
  if (character !== '$') return at;
  dollarTag.lastIndex = at;
  const tag = dollarTag.exec(sql)?.[0];
  if (tag === undefined) return at;
  const end = sql.indexOf(tag, at + tag.length);
  return end === -1 ? sql.length : end + tag.length;
}

/** Past the closing quote; a doubled quote stays inside, and so does an escaped one where backslashes count. */
function closing(sql: string, from: number, quote: string, backslashes: boolean): number {
  let position = from;
  while (position < sql.length) {
    if (backslashes && sql[position] === '\\') position += 2;
    else if (sql[position] !== quote) position += 1;
    else if (sql[position + 1] === quote) position += 2;
    else return position + 1;
  }
  return sql.length;
}
