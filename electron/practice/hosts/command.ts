/** A command line of the kind that installers send: one program with its arguments, nothing of a shell's grammar. */
export type PlainCommand = {
  readonly program: string;
  readonly args: readonly string[];
  /** True when sudo was asked to read the password from the first line of stdin. */
  readonly passwordFirst: boolean;
};

/** Splits a line into words by the quoting rules of POSIX sh; undefined where it uses more of the shell than quoting. */
export function splitWords(line: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < line.length; at += 1) {
    const sign = line[at]!;
    if (sign === "'") {
      const end = line.indexOf("'", at + 1);
      if (end < 0) return undefined;
      word = (word ?? '') + line.slice(at + 1, end);
      at = end;
    } else if (sign === '"') {
      word ??= '';
      for (at += 1; line[at] !== '"'; at += 1) {
        if (at >= line.length || line[at] === '$' || line[at] === '`') return undefined;
        if (line[at] === '\\' && '"\\$`'.includes(line[at + 1] ?? ' ')) at += 1;
        word += line[at]!;
      }
    } else if (sign === '\\') {
      at += 1;
      word = (word ?? '') + (line[at] ?? '');
    } else if (/\s/.test(sign)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if ('|&;<>()$`'.includes(sign)) {
      return undefined;
    } else {
      word = (word ?? '') + sign;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}

/** Takes off what stands before the program: assignments, exec, env, sudo with its flags, and `sh -c` around it. */
export function plainCommand(line: string): PlainCommand | undefined {
  let words = splitWords(line);
  let passwordFirst = false;
  while (words !== undefined) {
    const [first, ...rest] = words;
    if (first === undefined) return undefined;
    if (/^[A-Za-z_][A-Za-z0-9_]*=/.test(first) || first === 'exec' || first === 'env') {
      words = rest;
    } else if (first === 'sudo') {
      let at = 0;
      for (; rest[at]?.startsWith('-'); at += 1) {
        if (rest[at] === '--') {
          at += 1;
          break;
        }
        if (/^-[A-Za-z]*S/.test(rest[at]!)) passwordFirst = true;
        if (rest[at] === '-u' || rest[at] === '-p' || rest[at] === '-g') at += 1;
      }
      words = rest.slice(at);
    } else if (isShell(first) && rest[0] === '-c' && rest.length === 2) {
      words = splitWords(rest[1]!);
    } else {
      return { program: first, args: rest, passwordFirst };
    }
  }
  return undefined;
}

/** The arguments of `sh -s -- args`; undefined when the command is not a shell that reads its script from stdin. */
export function scriptArguments(command: PlainCommand): readonly string[] | undefined {
  if (!isShell(command.program)) return undefined;
  const [flag, ...rest] = command.args;
  if (flag === undefined) return [];
  if (flag !== '-s') return undefined;
  return rest[0] === '--' ? rest.slice(1) : rest;
}

/** The file name of the second line `# sitewright: <name>` of a script. */
export function scriptName(script: string): string | undefined {
  return /^#![^\n]*\n# sitewright: ([A-Za-z0-9._-]+)[ \t\r]*(?:\n|$)/.exec(script.slice(0, 500))?.[1];
}

function isShell(program: string): boolean {
  return ['sh', '/bin/sh', '/usr/bin/sh', 'bash', '/bin/bash'].includes(program);
}
