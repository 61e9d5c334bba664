import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Locale, locales, say, verbatim } from '../../../electron/contract/text.ts';
import { sayVerdict } from '../../../electron/engine/evidence/conclusion.ts';
import { reportDocument } from '../../../electron/engine/report/document.ts';
import { reportModel } from '../../../electron/engine/report/model.ts';
import { reportPage } from '../../../electron/engine/report/page.ts';
import { openSite } from '../../../electron/engine/site/open-site.ts';
import { finding, secret, someFindings, waiverOfTls, walkedSite } from './fixture.ts';

/** What a person reads of a page. */
function words(page: string): string {
  return page
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ');
}

test('the same journal gives the same bytes, whatever the clock says and whoever opens it', (t) => {
  const site = walkedSite({ waivers: [waiverOfTls] });
  t.after(site.close);
  const later = openSite(site.home, 'site', () => new Date('2031-01-01T00:00:00Z'));
  t.after(later.close);
  for (const locale of locales) {
    assert.equal(reportPage(reportModel(later), locale), reportPage(reportModel(site.opened), locale));
  }
});

test('every record stands in the page with its measured value, once under its number, in either language', (t) => {
  const site = walkedSite();
  t.after(site.close);
  const model = reportModel(site.opened);
  for (const locale of locales) {
    const page = reportPage(model, locale);
    const read = words(page);
    for (const record of model.records) {
      assert.ok(read.includes(record.number), record.number);
      assert.ok(page.split(`id="${record.number}"`).length <= 2, record.number);
      if (record.status !== 'not-applicable')
        assert.ok(read.includes(say(locale, record.actual)), `${record.number} ${locale}`);
    }
    for (const deviation of model.deviations) assert.ok(read.includes(deviation.number));
    for (const target of page.matchAll(/href="#([^"]+)"/g))
      assert.ok(page.includes(`id="${target[1]}"`), `link to ${target[1]}`);
  }
});

test('the cover, the JSON and the command line say the same numbers', (t) => {
  const site = walkedSite({ waivers: [waiverOfTls] });
  t.after(site.close);
  const model = reportModel(site.opened);
  const json = JSON.parse(reportDocument(model)) as { verdict: unknown; tallies: { total: number }[] };
  assert.equal(model.verdict.conclusion, 'conditional');
  assert.deepEqual(json.verdict, model.verdict);
  assert.equal(
    json.tallies.reduce((sum, tally) => sum + tally.total, 0),
    model.verdict.total,
  );
  for (const locale of locales) {
    const read = words(reportPage(model, locale));
    assert.ok(read.includes(say(locale, sayVerdict(model.verdict))));
    assert.ok(read.includes(model.journal.head));
  }
});

test('hostile names stay words: no markup, no way out of the style, no turned text', (t) => {
  const evil = `</style><script>alert(1)</script>"'><img src=x onerror=alert(2)>`;
  const long = 'x'.repeat(600);
  const site = walkedSite({
    site: {
      title: `${evil} 😀`,
      operator: evil,
      practice: true,
      project: {
        customer: evil,
        contractor: '\u202egnp.exe',
        supervisor: long,
        contract: '"\\',
        place: '',
        document: evil,
        revision: '}*{',
        phase: 'initial',
      },
    },
    findings: [
      ...someFindings(),
      finding({
        check: evil,
        subject: evil,
        title: verbatim(evil),
        clause: evil,
        status: 'failed',
        actual: verbatim(evil),
        expected: verbatim(long),
        why: verbatim(evil),
        fix: { text: verbatim(evil) },
      }),
      finding({
        check: 'chart',
        stage: 'verification',
        qualification: 'PQ',
        chart: { type: 'latency', buckets: [], percentiles: { p95: evil } },
      }),
    ],
    waivers: [{ ...waiverOfTls, reason: evil, approver: `${evil}\u0000` }],
  });
  t.after(site.close);
  const model = reportModel(site.opened);
  for (const locale of locales) {
    const page = reportPage(model, locale);
    assert.equal(page.match(/<script/gi), null);
    assert.equal(page.match(/<img/gi), null);
    assert.equal(page.match(/<\/style>/g)?.length, 1);
    assert.equal(page.match(/\u202e|\u0000/), null);
    assert.equal(/\son\w+=/i.test(page.replace(/&quot;|&#39;/g, '').replace(/>[^<]*</g, '><')), false);
    assert.ok(words(page).includes('😀'));
    assert.match(page, /default-src 'none'/);
  }
});

test('no secret is in any form of the report', (t) => {
  const site = walkedSite();
  t.after(site.close);
  const model = reportModel(site.opened);
  for (const output of [reportDocument(model), ...locales.map((locale) => reportPage(model, locale))]) {
    assert.equal(output.includes(secret), false);
    assert.equal(output.includes('correct horse'), false);
  }
});

test('every text is there in both languages: no key, no unfilled place, no Chinese in the English page but names', (t) => {
  const named = {
    customer: 'Customer Ltd',
    contractor: 'Contractor Ltd',
    supervisor: '',
    contract: '',
    place: '',
    document: '',
    revision: 'A',
    phase: 'trial',
  } as const;
  for (const state of ['done', 'blocked'] as const) {
    const site = walkedSite({
      site: { title: 'Site one', project: named, practice: true },
      waivers: [waiverOfTls],
      state,
    });
    t.after(site.close);
    const model = reportModel(site.opened);
    for (const locale of locales) {
      const read = words(reportPage(model, locale));
      assert.equal(/\breport\.[a-z]/.exec(read), null);
      assert.equal(/\{\w+\}/.exec(read), null);
      assert.ok(read.includes({ 'zh-CN': '演练', 'en-US': 'PRACTICE' }[locale]));
    }
    assert.equal(/[\u4e00-\u9fff]+/.exec(words(reportPage(model, 'en-US'))), null);
  }
});

test('times carry their offset', (t) => {
  const site = walkedSite({ site: { utcOffsetMinutes: -210 } });
  t.after(site.close);
  const read = words(reportPage(reportModel(site.opened), 'en-US'));
  const times = [...read.matchAll(/\d{2}:\d{2}:\d{2}(.{0,7})/g)];
  assert.ok(times.length > 10);
  for (const [, rest] of times) assert.equal(rest, ' -03:30');
});

function headings(page: string): readonly number[] {
  return [...page.matchAll(/<h([1-6])[ >]/g)].map((match) => Number(match[1]));
}

test('the page can be read by ear: language, headings in order, named tables with scoped heads, drawings with words', (t) => {
  const site = walkedSite();
  t.after(site.close);
  const model = reportModel(site.opened);
  for (const locale of locales) {
    const page = reportPage(model, locale);
    assert.match(page, new RegExp(`<html lang="${locale}">`));
    const levels = headings(page);
    assert.equal(levels.filter((level) => level === 1).length, 1);
    for (const [at, level] of levels.entries()) {
      assert.ok(level <= (levels[at - 1] ?? 0) + 1, `heading ${at} jumps to ${level}`);
    }
    assert.equal(page.match(/<th(?! scope)[ >]/g), null);
    assert.equal(page.match(/<table/g)?.length, page.match(/<caption/g)?.length);
    assert.equal(page.match(/<svg/g)?.length, page.match(/role="img" aria-label="[^"]+"/g)?.length);
    assert.equal(page.match(/ id="[^"]+"/g)?.length, new Set(page.match(/ id="[^"]+"/g)).size);
  }
});

test('words are dark enough on what they stand on (WCAG AA)', (t) => {
  const site = walkedSite();
  t.after(site.close);
  const page = reportPage(reportModel(site.opened), 'zh-CN' satisfies Locale);
  const luminance = (colour: string) => {
    const full =
      colour.length === 4 ? [...colour.slice(1)].map((digit) => digit + digit) : (colour.slice(1).match(/../g) ?? []);
    const [red = 0, green = 0, blue = 0] = full.map((part) => {
      const share = Number.parseInt(part, 16) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const colours = new Set([...page.matchAll(/[{;]color:(#[0-9a-f]{3,6})/g)].map((match) => match[1] ?? ''));
  const grounds = new Set([
    '#fff',
    ...[...page.matchAll(/background:(#[0-9a-f]{3,6})/g)].map((match) => match[1] ?? ''),
  ]);
  assert.ok(colours.size >= 5);
  for (const colour of colours) {
    for (const ground of grounds) {
      const ratio = (luminance(ground) + 0.05) / (luminance(colour) + 0.05);
      assert.ok(ratio >= 4.5, `${colour} on ${ground}: ${ratio.toFixed(2)}`);
    }
  }
});
