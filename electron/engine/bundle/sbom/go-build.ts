/** A Go module by path and version. */
export type GoModule = { readonly path: string; readonly version: string };

/** What the Go linker recorded in a program: the module of its main package, and all others that went in. */
export type GoBuild = { readonly main: GoModule; readonly modules: readonly GoModule[] };

const magic = Buffer.from('\xff Go buildinf:', 'latin1');
/** Behind the magic and its flags; the strings stand there in the program itself since Go 1.18. */
const headerBytes = 32;
const inlineStrings = 2;
/** The module text stands between two marks of this length. */
const markBytes = 16;

/** Reads the record out of a program; undefined where there is none. */
export function goBuildOf(program: Buffer): GoBuild | undefined {
  for (let at = program.indexOf(magic); at >= 0; at = program.indexOf(magic, at + 1)) {
    const flags = program[at + magic.length + 1] ?? 0;
    if ((flags & inlineStrings) === 0) continue;
    const [, next] = stringAt(program, at + headerBytes);
    const [words] = stringAt(program, next);
    const build = parse(words.subarray(markBytes, -markBytes).toString('utf8'));
    if (build !== undefined) return build;
  }
  return undefined;
}

/** Bytes behind a length of seven bits a byte, lowest first; and where they end. */
function stringAt(program: Buffer, start: number): readonly [content: Buffer, end: number] {
  let length = 0;
  let at = start;
  for (let scale = 1; at < program.length && scale < 2 ** 35; scale *= 128) {
    const byte = program[at]!;
    at += 1;
    length += (byte % 128) * scale;
    if (byte < 128) break;
  }
  return [program.subarray(at, at + length), at + length];
}

/** Lines of tab-separated words; a replaced module is named by what stands in its place, in the line that follows. */
function parse(words: string): GoBuild | undefined {
  let main: GoModule | undefined;
  const modules: GoModule[] = [];
  for (const line of words.split('\n')) {
    const [kind, path = '', version = ''] = line.split('\t');
    if (kind === 'mod') main = { path, version };
    else if (kind === 'dep') modules.push({ path, version });
    else if (kind === '=>' && modules.length > 0) modules[modules.length - 1] = { path, version };
  }
  return main && { main, modules };
}
