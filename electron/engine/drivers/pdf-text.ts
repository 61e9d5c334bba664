import { deflateSync, inflateSync } from 'node:zlib';

/**
 * Radicals that Chinese fonts draw with the glyph of an ordinary character and that NFKC leaves alone or, for 户, turns into
 * the traditional form.
 */
const radicals: ReadonlyMap<number, string> = new Map([
  [0x2f3e, '户'],
  [0x2e92, '巳'],
  [0x2e93, '幺'],
  [0x2ea0, '民'],
  [0x2ec5, '见'],
  [0x2ec6, '角'],
  [0x2ec9, '贝'],
  [0x2ecb, '车'],
  [0x2ed1, '長'],
  [0x2ed3, '长'],
  [0x2ed4, '门'],
  [0x2ed8, '青'],
  [0x2ed9, '韦'],
  [0x2eda, '页'],
  [0x2edb, '风'],
  [0x2edc, '飞'],
  [0x2edd, '食'],
  [0x2ee2, '马'],
  [0x2ee3, '骨'],
  [0x2ee4, '鬼'],
  [0x2ee5, '鱼'],
  [0x2ee6, '鸟'],
  [0x2ee7, '卤'],
  [0x2ee8, '麦'],
  [0x2ee9, '黄'],
  [0x2eea, '黾'],
  [0x2eec, '齐'],
  [0x2eee, '齿'],
  [0x2ef0, '龙'],
]);

/**
 * Makes the Chinese text of a browser's PDF searchable. Fonts draw 用 and the radical ⽤ with one glyph, and the browser
 * writes down the radical: a search for 用户 would find nothing. Every such mapping is set to the ordinary character.
 * A file that is not built as browsers build it (a plain cross-reference table) is given back as it is.
 */
export function withPlainCharacters(pdf: Buffer): Buffer {
  const latin = pdf.toString('latin1');
  const start = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(latin)?.[1] ?? Number.NaN);
  const table = /^xref\n0 (\d+)\n((?:\d{10} \d{5} [nf][ \r]\n)+)(trailer\n[\s\S]*?)startxref/.exec(latin.slice(start));
  if (table?.[2] === undefined || table[3] === undefined) return pdf;
  const entries = table[2].match(/.{20}/gs) ?? [];
  const offsets = entries.map((entry) => (entry[17] === 'n' ? Number(entry.slice(0, 10)) : undefined));
  const order = offsets.flatMap((offset, number) => (offset === undefined ? [] : [{ offset, number }]));
  order.sort((one, other) => one.offset - other.offset);
  const maps = new Set([...latin.matchAll(/\/ToUnicode (\d+) 0 R/g)].map((match) => Number(match[1])));

  const pieces: Buffer[] = [pdf.subarray(0, order[0]?.offset ?? start)];
  const moved = [...offsets];
  let at = pieces[0]?.length ?? 0;
  for (const [index, { offset, number }] of order.entries()) {
    const object = pdf.subarray(offset, order[index + 1]?.offset ?? start);
    const piece = maps.has(number) ? plainMap(object) : object;
    moved[number] = at;
    pieces.push(piece);
    at += piece.length;
  }
  const lines = entries.map((entry, number) => {
    const offset = moved[number];
    return offset === undefined ? entry : String(offset).padStart(10, '0') + entry.slice(10);
  });
  const end = `xref\n0 ${table[1]}\n${lines.join('')}${table[3]}startxref\n${at}\n%%EOF\n`;
  return Buffer.concat([...pieces, Buffer.from(end, 'latin1')]);
}

/** A character map's object with ordinary characters for radicals. */
function plainMap(object: Buffer): Buffer {
  const head = /^(\d+ 0 obj\n<<[^>]*\/Length )(\d+)([^>]*>> ?stream\r?\n)/.exec(object.toString('latin1'));
  if (head?.[2] === undefined || !head[0].includes('/FlateDecode')) return object;
  const from = head[0].length;
  const length = Number(head[2]);
  const map = inflateSync(object.subarray(from, from + length)).toString('latin1');
  const plain = map
    // A range of glyphs for consecutive radicals: their ordinary characters are not consecutive.
    .replace(
      /<([0-9A-F]+)> <([0-9A-F]+)> <(2[EF][0-9A-F]{2})>/g,
      (_range, first: string, last: string, target: string) => {
        const count = Number.parseInt(last, 16) - Number.parseInt(first, 16) + 1;
        const targets = Array.from(
          { length: count },
          (_, step) => `<${plainCode(Number.parseInt(target, 16) + step)}>`,
        );
        return `<${first}> <${last}> [${targets.join(' ')}]`;
      },
    )
    .replace(/^(<[0-9A-F]+>) <(2[EF][0-9A-F]{2})>$/gm, (_line, glyph: string, target: string) => {
      return `${glyph} <${plainCode(Number.parseInt(target, 16))}>`;
    });
  if (plain === map) return object;
  const content = deflateSync(Buffer.from(plain, 'latin1'));
  const before = Buffer.from(`${head[1]}${content.length}${head[3]}`, 'latin1');
  return Buffer.concat([before, content, object.subarray(from + length)]);
}

/** Hexadecimal code of the ordinary character for a code in the blocks of radicals. */
function plainCode(code: number): string {
  const character = String.fromCodePoint(code);
  const plain = radicals.get(code) ?? character.normalize('NFKC');
  const point = plain.codePointAt(0) ?? code;
  return (point > 0xffff ? code : point).toString(16).toUpperCase().padStart(4, '0');
}
