import { type Locale, say, type Text, type TextKey, type TextParams, text } from '../../contract/text.ts';
import type { JudgedFinding } from '../../contract/views.ts';
import { siteMoment } from '../site/site-time.ts';
import { isLatencyChart, latencyChart } from './chart.ts';
import { html, type Markup } from './markup.ts';
import type { ReportModel } from './model.ts';
import { reportStyle } from './style.ts';

const qualifications = ['IQ', 'OQ', 'PQ', 'SQ', 'BR'] as const;

/** The report as one HTML file that needs nothing else. */
export function reportPage(model: ReportModel, locale: Locale): string {
  const t = (key: TextKey, params?: TextParams) => say(locale, text(key, params));
  const w = (words: Text) => say(locale, words);
  const moment = (at: string | undefined) => (at === undefined ? '' : siteMoment(model.site, at));
  const { project } = model.site;
  const title = t('report.title');
  const practice = model.site.practice ? t('report.practice') : '';
  const left = [project.document, t('report.revision', { revision: project.revision }), practice].filter((part) => part !== '').join(' · ');
  const numberOf = new Map(model.findings.map((finding) => [finding, '']));
  for (const kind of qualifications) {
    model.findings.filter((finding) => finding.qualification === kind).forEach((finding, at) => void numberOf.set(finding, `${kind}-${String(at + 1).padStart(3, '0')}`));
  }
  const shaOf = new Map(model.evidence.map((view) => [view.id, view.sha256]));
  const page = { t, w, moment, model, numberOf, shaOf, operator: model.run.operator };
  const body = html`
${cover(page, practice)}
<h2>1 ${t('report.chapter.project')}</h2>${projectTable(page)}
<h2>2 ${t('report.chapter.basis')}</h2>${basis(page)}
<h2>3 ${t('report.chapter.conditions')}</h2>${conditions(page)}
<h2>4 ${t('report.chapter.inventory')}</h2>${inventory(page)}
<h2>5 ${t('report.chapter.log')}</h2>${deploymentLog(page)}
<h2>6 ${t('report.chapter.tests')}</h2>${tests(page)}
<h2>7 ${t('report.chapter.deviations')}</h2>${deviations(page)}
<h2>8 ${t('report.chapter.handover')}</h2>${handover(page)}
<h2>9 ${t('report.chapter.conclusion')}</h2>${verdictBox(page)}<p>${t('report.phases')}</p>
<h2>10 ${t('report.chapter.signatures')}</h2>${signatures(page)}
<h2>11 ${t('report.chapter.annex')}</h2>${annex(page)}`;
  return `<!doctype html>
<html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${html`${title} · ${model.site.title}`.html}</title><style>${reportStyle({ left, page: t('report.page'), of: t('report.page-of') })}</style></head><body>${body.html}</body></html>
`;
}

type Page = {
  readonly t: (key: TextKey, params?: TextParams) => string;
  readonly w: (words: Text) => string;
  readonly moment: (at: string | undefined) => string;
  readonly model: ReportModel;
  /** Running number of each test record, e.g. `OQ-003`. */
  readonly numberOf: ReadonlyMap<JudgedFinding, string>;
  readonly shaOf: ReadonlyMap<string, string>;
  readonly operator: string;
};

const blank = '\u2014';

function cover({ t, w, model, moment }: Page, practice: string): Markup {
  const { project } = model.site;
  const rows: readonly (readonly [string, string])[] = [
    [t('report.customer'), project.customer],
    [t('report.contractor'), project.contractor],
    [t('report.supervisor'), project.supervisor],
    [t('report.contract'), project.contract],
    [t('report.document'), `${project.document} · ${t('report.revision', { revision: project.revision })}`],
    [t('report.period'), `${moment(model.run.startedAt)} ${t('report.to')} ${moment(model.run.finishedAt)}`],
  ];
  return html`<section class="cover"><div class="kicker"><span>SITEWRIGHT 驻场工匠</span>${practice && html`<span class="practice">${practice}</span>`}</div>
<h1>${t('report.title')}</h1><div class="sub">${w(model.release.title)} ${model.release.version} · ${model.site.title} · ${t(`report.phase.${project.phase}`)}</div>
<dl class="meta">${rows.map(([term, value]) => html`<dt>${term}</dt><dd>${value || blank}</dd>`)}<dt>${t('report.head')}</dt><dd class="mono">sha256:${model.journal.head}<br>${t('report.head-rows', { rows: model.journal.rows, key: model.journal.key })}</dd></dl>
${verdictBox({ t, w, model, moment } as Page)}
<div class="sign"><table class="fixed"><tr><td>${t('report.sign.customer')}</td><td>${t('report.sign.contractor')}</td><td>${t('report.sign.supervisor')}</td></tr></table></div></section>`;
}

function verdictBox({ t, model }: Page): Markup {
  const { verdict } = model;
  return html`<div class="verdict ${verdict.conclusion}"><b>${t(`report.conclusion.${verdict.conclusion}`)}</b><p>${t('report.verdict', { ...verdict })}</p></div>`;
}

function projectTable({ t, model, moment }: Page): Markup {
  const { project } = model.site;
  const rows: readonly (readonly [string, string])[] = [
    [t('report.site'), model.site.title],
    [t('report.customer'), project.customer],
    [t('report.contractor'), project.contractor],
    [t('report.supervisor'), project.supervisor],
    [t('report.contract'), project.contract],
    [t('report.place'), project.place],
    [t('report.period'), `${moment(model.run.startedAt)} ${t('report.to')} ${moment(model.run.finishedAt)}`],
    [t('report.operator'), model.run.operator],
    [t('report.mode'), t(`report.mode.${model.site.mode}`)],
    [t('report.profile'), model.site.profile],
  ];
  return html`<table class="fixed"><colgroup><col style="width:38mm"><col></colgroup><tbody>${rows.map(([term, value]) => html`<tr><th scope="row">${term}</th><td>${value || blank}</td></tr>`)}</tbody></table>`;
}

function basis({ t, w, model }: Page): Markup {
  return html`<p>${t('report.basis')}</p><p>${t('report.scope', { release: `${w(model.release.title)} ${model.release.version}`, site: model.site.title })}</p><p class="mono">${t('report.release-digest')} ${model.release.digest}</p>`;
}

function conditions({ t, w, model }: Page): Markup {
  const must = model.findings.filter((finding) => finding.mustPass && ['inventory', 'environment', 'dependencies'].includes(finding.stage));
  return html`<p>${t('report.conditions', { count: must.length, met: must.filter((finding) => finding.status !== 'failed' && finding.status !== 'error').length })}</p>
<table><thead><tr><th>${t('report.party')}</th><th>${t('report.duty')}</th></tr></thead><tbody>
<tr><td>${t('report.customer')}</td><td>${t('report.duty.customer')}</td></tr><tr><td>${t('report.contractor')}</td><td>${t('report.duty.contractor')}</td></tr><tr><td>${t('report.supervisor')}</td><td>${t('report.duty.supervisor')}</td></tr></tbody></table>
${must.length > 0 && html`<p class="note">${must.map((finding) => w(finding.title)).filter((name, at, all) => all.indexOf(name) === at).join(' · ')}</p>`}`;
}

function inventory({ t, model }: Page): Markup {
  return html`<h3>4.1 ${t('report.hosts')}</h3><table><thead><tr><th>${t('report.host')}</th><th>${t('report.address')}</th><th>${t('report.roles')}</th></tr></thead><tbody>${model.hosts.map((host) => html`<tr><td>${host.name}</td><td class="mono">${host.address}</td><td>${host.roles.join(', ')}</td></tr>`)}</tbody></table>
<h3>4.2 ${t('report.images')}</h3><table><thead><tr><th>${t('report.image')}</th><th>${t('report.digest')}</th></tr></thead><tbody>${model.images.map((image) => html`<tr><td class="mono">${image.reference}</td><td class="mono">${image.digest}…</td></tr>`)}</tbody></table>`;
}

function deploymentLog({ t, w, moment, model }: Page): Markup {
  const repeated = model.stages.flatMap((stage) => stage.steps).filter((step) => step.attempts > 1);
  return html`<table><thead><tr><th>#</th><th>${t('report.stage')}</th><th>${t('report.started')}</th><th>${t('report.finished')}</th><th>${t('report.steps')}</th><th>${t('report.result')}</th></tr></thead><tbody>
${model.stages.map((stage, at) => html`<tr><td class="num">${at + 1}</td><td>${w(stage.title)}</td><td class="num">${moment(stage.startedAt)}</td><td class="num">${moment(stage.finishedAt)}</td><td class="num">${stage.steps.filter((step) => step.state === 'done').length} / ${stage.steps.length}</td><td class="state">${t(`run.state.${stage.state}`)}</td></tr>`)}</tbody></table>
<p class="note">${t('report.repeats', { count: repeated.length })}${repeated.length > 0 && html` <span class="mono">${repeated.map((step) => `${step.id} (${step.attempts})`).join(', ')}</span>`}</p>`;
}

function tests(page: Page): Markup {
  const { t, model } = page;
  const tile = (kind: (typeof qualifications)[number]) => {
    const of = model.findings.filter((finding) => finding.qualification === kind && finding.status !== 'not-applicable' && finding.status !== 'skipped');
    const good = of.filter((finding) => finding.status === 'passed' || finding.status === 'warning');
    return html`<div><span>${t(`report.qualification.${kind}`)}</span><b>${of.length === 0 ? blank : `${good.length} / ${of.length}`}</b></div>`;
  };
  return html`<div class="tiles">${qualifications.map(tile)}</div>${qualifications.map((kind, at) => testTable(page, kind, at + 1))}`;
}

function testTable(page: Page, kind: (typeof qualifications)[number], chapter: number): Markup {
  const { t, w, moment, model, numberOf, shaOf } = page;
  const findings = model.findings.filter((finding) => finding.qualification === kind);
  const heading = html`<h3>6.${chapter} ${t(`report.qualification.${kind}`)}</h3>`;
  if (findings.length === 0) return html`${heading}<p class="note">${t('report.none')}</p>`;
  const evidenceCell = (finding: JudgedFinding) =>
    finding.evidence.map((id) => html`${id} sha256:${(shaOf.get(id) ?? '').slice(0, 12)}<br>`);
  const row = (finding: JudgedFinding) => html`<tr><td class="mono">${numberOf.get(finding)}</td><td>${finding.clause}</td><td>${w(finding.title)}<br><span class="quiet-word">${finding.subject}</span></td><td>${w(finding.expected)}</td><td><b>${w(finding.actual)}</b>${finding.why && finding.status !== 'passed' && html`<br><span class="quiet-word">${w(finding.why)}</span>`}</td><td>${statusWord(page, finding)}</td><td class="mono">${evidenceCell(finding)}${moment(finding.at).slice(0, 19)}</td></tr>`;
  const charts = findings.filter((finding) => isLatencyChart(finding.chart));
  return html`${heading}<table class="fixed"><colgroup><col style="width:14mm"><col style="width:22mm"><col><col style="width:31mm"><col style="width:36mm"><col style="width:16mm"><col style="width:30mm"></colgroup><thead><tr><th>${t('report.number')}</th><th>${t('report.clause')}</th><th>${t('report.item')}</th><th>${t('report.expected')}</th><th>${t('report.actual')}</th><th>${t('report.verdict-word')}</th><th>${t('report.evidence-time')}</th></tr></thead><tbody>${findings.map(row)}</tbody></table>
<p class="note">${t('report.executed-by', { operator: page.operator || blank })}</p>
${charts.map((finding, at) => isLatencyChart(finding.chart) && html`<figure><figcaption>${t('report.figure', { number: `6-${at + 1}` })} ${numberOf.get(finding)} ${w(finding.title)}</figcaption>${latencyChart(finding.chart, { axis: t('report.chart-axis') })}</figure>`)}`;
}

function statusWord({ t }: Page, finding: JudgedFinding): Markup {
  const marks = { passed: '✓', warning: '!', failed: '✗', error: '?', 'not-applicable': '–', skipped: '–' } as const;
  const bad = finding.status === 'failed' || finding.status === 'error';
  if (bad && finding.waiver !== undefined) return html`<span class="state waived-word">! ${t('run.status.waived')}</span>`;
  const tone = finding.status === 'not-applicable' || finding.status === 'skipped' ? 'quiet' : finding.status;
  return html`<span class="state ${tone}-word">${marks[finding.status]} ${t(`run.status.${finding.status}`)}</span>`;
}

function deviations(page: Page): Markup {
  const { t, w, model, numberOf } = page;
  const deviating = model.findings.filter((finding) => ['failed', 'error', 'warning'].includes(finding.status));
  const level = (finding: JudgedFinding) => t(finding.mustPass && finding.status !== 'warning' ? 'report.level.major' : finding.status === 'warning' ? 'report.level.observation' : 'report.level.minor');
  const waiver = (finding: JudgedFinding) =>
    finding.waiver === undefined ? '' : t('report.waiver', { reason: finding.waiver.reason, approver: finding.waiver.approver, expires: finding.waiver.expires });
  const table =
    deviating.length === 0
      ? html`<p>${t('report.none')}</p>`
      : html`<table class="fixed"><colgroup><col style="width:14mm"><col><col style="width:18mm"><col style="width:52mm"><col style="width:28mm"></colgroup><thead><tr><th>${t('report.number')}</th><th>${t('report.content')}</th><th>${t('report.level')}</th><th>${t('report.measure')}</th><th>${t('report.closing')}</th></tr></thead><tbody>${deviating.map((finding) => html`<tr><td class="mono">${numberOf.get(finding)}</td><td>${w(finding.title)} (${finding.subject}): <b>${w(finding.actual)}</b>; ${t('report.expected')} ${w(finding.expected)}. ${waiver(finding)}</td><td>${level(finding)}</td><td>${finding.fix && w(finding.fix.text)}</td><td></td></tr>`)}</tbody></table>`;
  const idle = [...model.waivers.unused, ...model.waivers.expired, ...model.waivers.refused];
  return html`${table}${idle.length > 0 && html`<p class="note">${t('report.idle-waivers', { list: idle.map((one) => `${one.id} ${one.check} (${one.expires})`).join(', ') })}</p>`}`;
}

function handover({ t, w, model }: Page): Markup {
  const documents = model.findings.filter((finding) => finding.check.startsWith('acceptance.document.'));
  return html`<table><thead><tr><th>${t('report.handed')}</th><th>${t('report.actual')}</th></tr></thead><tbody>${documents.map((finding) => html`<tr><td>${w(finding.title)}</td><td class="mono">${w(finding.actual)}</td></tr>`)}<tr><td>${t('report.credentials')}</td><td>${t('report.credentials-where')}</td></tr></tbody></table>`;
}

function signatures({ t }: Page): Markup {
  const row = (party: string) => html`<tr><th scope="row">${party}</th><td></td><td></td><td></td><td></td></tr>`;
  return html`<table class="fixed lead-table"><thead><tr><th></th><th>${t('report.name')}</th><th>${t('report.job')}</th><th>${t('report.signature')}</th><th>${t('report.date')}</th></tr></thead><tbody>${row(t('report.customer'))}${row(t('report.contractor'))}${row(t('report.supervisor'))}</tbody></table>`;
}

function annex({ t, w, model }: Page): Markup {
  return html`<p>${t('report.annex.journal', { rows: model.journal.rows, key: model.journal.key })} ${t(model.journal.intact ? 'report.annex.intact' : 'report.annex.damaged')}</p><p class="mono">sha256:${model.journal.head}</p><p>${t('report.annex.program', { version: `${model.program.name} ${model.program.version}` })}</p>
<table><thead><tr><th>${t('report.evidence')}</th><th>${t('report.content')}</th><th>SHA-256</th></tr></thead><tbody>${model.evidence.map((view) => html`<tr><td class="mono">${view.id}</td><td>${w(view.title)}</td><td class="mono">${view.sha256}</td></tr>`)}</tbody></table>`;
}
