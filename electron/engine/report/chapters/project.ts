import { html, type Markup } from '../markup.ts';
import type { ReportRecord } from '../records.ts';
import { form, table } from '../table.ts';
import { blank, inLines, type Writer } from '../writer.ts';

/** 1 Project. */
export function project({ t, model, moment }: Writer): Markup {
  const { project: known, title, mode, profile } = model.site;
  return form(t('report.chapter.project'), [
    [t('report.site'), title],
    [t('report.customer'), known.customer || blank],
    [t('report.contractor'), known.contractor || blank],
    [t('report.supervisor'), known.supervisor || blank],
    [t('report.contract'), known.contract || blank],
    [t('report.place'), known.place || blank],
    [
      t('report.document'),
      t('report.document-revision', { document: known.document || blank, revision: known.revision }),
    ],
    [t('report.period'), t('report.from-to', { from: moment(model.run.startedAt), to: moment(model.run.finishedAt) })],
    [t('report.operator'), model.run.operator || blank],
    [t('report.mode'), t(`report.mode.${mode}`)],
    [t('report.profile'), t(`report.profile.${profile}`)],
  ]);
}

/** 2 Basis and scope: what was not tested is said here. */
export function basis({ t, w, model }: Writer): Markup {
  const untested = model.tallies.filter((tally) => tally.total === 0);
  const release = `${w(model.release.title)} ${model.release.version}`;
  return html`<p>${t('report.basis')}</p>
<p>${t('report.scope', { release, site: model.site.title })}</p>
<p>${t('report.out-of-scope')}${untested.length > 0 && html` ${t('report.untested', { list: untested.map((tally) => t(`report.qualification.${tally.qualification}`)).join(t('report.list')) })}`}</p>
`;
}

/** 3 Conditions met before anything was changed, and who did what. */
export function conditions(writer: Writer): Markup {
  const { t, w, clause, section, model } = writer;
  const must = model.records.filter(
    (record) => record.mustPass && ['inventory', 'environment', 'dependencies'].includes(record.stage),
  );
  const applying = must.filter((record) => record.status !== 'not-applicable');
  const met = (records: readonly ReportRecord[]) =>
    records.filter((record) => record.status === 'passed' || record.status === 'warning').length;
  const groups = [...Map.groupBy(applying, (record) => record.check).values()];
  const rows = groups.map((group) => {
    const first = group[0] as ReportRecord;
    const expected = new Set(group.map((record) => w(record.expected)));
    const all = met(group) === group.length;
    return {
      cells: [
        clause(first.clause),
        w(first.title),
        inLines([...expected].join('; ')),
        html`<span class="state ${all ? 'passed' : 'failed'}">${all ? '✓' : '✗'} ${met(group)} / ${group.length}</span>`,
      ],
    };
  });
  const duties = (['customer', 'contractor', 'supervisor'] as const).map((party) => ({
    cells: [t(`report.${party}`), model.site.project[party] || blank, t(`report.duty.${party}`)],
  }));
  return html`${section('3.1', t('report.entry'))}<p>${t('report.conditions', { count: applying.length, met: met(applying) })}</p>
${
  rows.length > 0 &&
  table(
    t('report.entry'),
    [
      { head: t('report.clause'), width: 34 },
      { head: t('report.condition'), width: 46 },
      { head: t('report.expected') },
      { head: t('report.met'), width: 22 },
    ],
    rows,
    { kind: 'plain compact' },
  )
}${section('3.2', t('report.organisation'))}${table(
  t('report.organisation'),
  [{ head: t('report.party'), width: 34 }, { head: t('report.party-name'), width: 62 }, { head: t('report.duty') }],
  duties,
  { rowHeads: true, kind: 'plain whole' },
)}`;
}
