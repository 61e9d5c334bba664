import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { inflateSync } from 'node:zlib';
import { type PrintJob, printPages } from '../../../electron/engine/drivers/pdf.ts';
import { withPlainCharacters } from '../../../electron/engine/drivers/pdf-text.ts';
import { makeReport } from '../../../electron/engine/report/make.ts';
import { browserForTests } from '../../kit/browser.ts';
import { walkedSite } from './fixture.ts';

const browser = browserForTests();
const noBrowser = 'skipped' in browser && browser.skipped;

/** The machine's fonts but the Chinese ones. Fontconfig decides on Linux only. */
function withoutChinese(home: string): { readonly environment: NodeJS.ProcessEnv } | undefined {
  const latin = '/usr/share/fonts/truetype/dejavu';
  if (process.platform !== 'linux' || !existsSync(latin)) return undefined;
  const file = join(home, 'fonts.conf');
  writeFileSync(
    file,
    `<?xml version="1.0"?><fontconfig><dir>${latin}</dir><cachedir>${join(home, 'fonts')}</cachedir></fontconfig>`,
  );
  return { environment: { ...process.env, FONTCONFIG_FILE: file } };
}

/** A job for words of one's own, in the font that comes along: a machine may have no Chinese one. */
function job(home: string, words: string): PrintJob {
  const page = join(home, 'page.html');
  writeFileSync(
    page,
    `<!doctype html><meta charset="utf-8"><title>t</title><body style="font-family:'Noto Sans SC',sans-serif">${words}</body>`,
  );
  return {
    page,
    out: join(home, 'page.pdf'),
    dated: '2026-03-01T00:00:00.000Z',
    margin: { left: 'SW-1', mark: '', page: 'Page {page} of {pages}' },
  };
}

test('prints both languages: tagged, dated by the run, the same bytes again', { skip: noBrowser }, async (t) => {
  const site = walkedSite({ site: { practice: true } });
  t.after(site.close);
  const options = { opened: site.opened, locales: ['zh-CN', 'en-US'], pdf: true } as const;
  const made = await makeReport(options);
  const pdfs = made.files.filter((file) => file.format === 'pdf');
  assert.deepEqual(made.skipped, []);
  assert.deepEqual(
    pdfs.map((file) => file.locale),
    ['zh-CN', 'en-US'],
  );
  const first = pdfs.map((file) => readFileSync(file.path));
  for (const content of first) {
    const pdf = content.toString('latin1');
    assert.match(pdf, /^%PDF-1\./);
    assert.match(pdf, /\/MarkInfo\s*<<[^>]*\/Marked true/);
    assert.match(pdf, /\/StructTreeRoot/);
    assert.match(pdf, /\/Outlines/);
    assert.match(pdf, /\/CreationDate \(D:20260301010200/);
    assert.ok((pdf.match(/\/Type \/Page\b/g) ?? []).length > 5);
    assert.equal(pdf.includes(site.home), false);
  }
  const again = await makeReport(options);
  assert.deepEqual(again.files, made.files);
  for (const [at, file] of pdfs.entries()) {
    assert.ok(readFileSync(file.path).equals(first[at] as Buffer), `${file.locale}: other bytes`);
  }
  assert.deepEqual(again.verdict, made.verdict);
  if (process.platform !== 'win32') assert.equal(statSync(pdfs[0]?.path ?? '').mode & 0o077, 0);
});

/** The code points that a PDF's character maps lead to. */
function codePoints(pdf: Buffer): ReadonlySet<number> {
  const latin = pdf.toString('latin1');
  const found = new Set<number>();
  for (const { 1: number } of latin.matchAll(/\/ToUnicode (\d+) 0 R/g)) {
    const head = new RegExp(`\n${number} 0 obj\n<<[^>]*/Length (\\d+)[^>]*>> ?stream\r?\n`).exec(latin);
    assert.ok(head, `object ${number}`);
    const from = head.index + head[0].length;
    const map = inflateSync(pdf.subarray(from, from + Number(head[1]))).toString('latin1');
    for (const { 1: code } of map.matchAll(/[> [](?:<([0-9A-F]{4})>)[\n\]]/g))
      found.add(Number.parseInt(code ?? '', 16));
  }
  return found;
}

test('Chinese can be searched for: characters are written down as themselves, not as radicals', {
  skip: noBrowser,
}, async (t) => {
  const site = walkedSite();
  t.after(site.close);
  const chinese = job(site.home, '用户 客户 示例 页 长 见 角 齐 门 车 验收');
  const [error] = await printPages([chinese]);
  assert.equal(error, undefined);
  const found = codePoints(readFileSync(chinese.out));
  for (const character of '用户客示例页长见角齐门车验收')
    assert.ok(found.has(character.codePointAt(0) ?? 0), character);
  for (const code of found) assert.ok(code < 0x2e80 || code > 0x2fdf, `radical ${code.toString(16)}`);
  // The cross-reference table leads to every object.
  const latin = readFileSync(chinese.out).toString('latin1');
  const start = Number(/startxref\s+(\d+)/.exec(latin)?.[1]);
  const entries = latin.slice(start).match(/\d{10} \d{5} [nf][ \r]\n/g) ?? [];
  assert.ok(entries.length > 5);
  for (const [number, entry] of entries.entries()) {
    if (entry[17] === 'n')
      assert.ok(latin.startsWith(`${number} 0 obj`, Number(entry.slice(0, 10))), `object ${number}`);
  }
});

test('a file that is built otherwise is left alone', () => {
  const other = Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\nstartxref\n9\n%%EOF\n');
  assert.equal(withPlainCharacters(other), other);
});

test('Chinese that would be printed as boxes is not printed at all, and said', { skip: noBrowser }, async (t) => {
  const site = walkedSite();
  t.after(site.close);
  const fonts = withoutChinese(site.home);
  if (fonts === undefined) return t.skip('needs Linux with the DejaVu fonts');
  const chinese = job(site.home, '系统部署验收报告');
  const [refused] = await printPages([chinese], { ...fonts, fonts: undefined });
  assert.equal(refused?.code, 'report-no-font');
  assert.equal(existsSync(chinese.out), false);
  const [printed] = await printPages([job(site.home, 'Latin only')], { ...fonts, fonts: undefined });
  assert.equal(printed, undefined);
});

test('without a browser HTML and JSON are made, an older PDF goes, and one notice says why', async (t) => {
  const site = walkedSite();
  t.after(site.close);
  const known = process.env.SITEWRIGHT_BROWSER;
  process.env.SITEWRIGHT_BROWSER = join(site.home, 'no-such-browser');
  t.after(() => {
    if (known === undefined) delete process.env.SITEWRIGHT_BROWSER;
    else process.env.SITEWRIGHT_BROWSER = known;
  });
  const stale = join(site.opened.folder.reports, 'acceptance-0f0f0f0f.zh-CN.pdf');
  mkdirSync(dirname(stale), { recursive: true });
  writeFileSync(stale, 'older');
  const made = await makeReport({ opened: site.opened, locales: ['zh-CN', 'en-US'], pdf: true });
  assert.deepEqual(
    made.files.map((file) => file.format),
    ['json', 'html', 'html'],
  );
  assert.deepEqual(
    made.skipped.map((error) => error.code),
    ['report-no-browser'],
  );
  assert.equal(existsSync(stale), false);
});

test('a browser that ends at once, or is none, is a result and leaves nothing behind', async (t) => {
  const site = walkedSite();
  t.after(site.close);
  if (process.platform === 'win32') return t.skip('needs a script as a program');
  const program = join(site.home, 'browser');
  for (const content of ['#!/bin/sh\necho "cannot open display" >&2\nexit 3\n', 'not a program']) {
    writeFileSync(program, content);
    chmodSync(program, 0o755);
    const printing = { environment: { ...process.env, SITEWRIGHT_BROWSER: program }, fonts: undefined };
    const results = await printPages([job(site.home, 'one'), job(site.home, 'two')], printing);
    assert.deepEqual(
      results.map((error) => error?.code),
      ['report-print-failed', 'report-print-failed'],
    );
  }
});
