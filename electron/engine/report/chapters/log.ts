import { findingStatuses } from '../../../contract/views.ts';
import { html, joined, type Markup } from '../markup.ts';
import { table } from '../table.ts';
import { blank, type Writer } from '../writer.ts';

/** 5 How the deployment went: stages, what was done again, decisions. */
export function deploymentLog(writer: Writer): Markup {
  const { t, section } = writer;
  return html`${section('5.1', t('report.stages'))}${stages(writer)}${section('5.2', t('report.repeats'))}${repeats(writer)}${section('5.3', t('report.waivers'))}${waivers(writer)}${section('5.4', t('report.events'))}${events(writer)}`;
}

function stages({ t, w, when, model }: Writer): Markup {
  const rows = model.stages.map((stage, at) => {
    const counts = findingStatuses.flatMap((status) => {
      const count = stage.counts[status] ?? 0;
      return count === 0 ? [] : [html`${t(`run.status.${status}`)} ${count}`];
    });
    return {
      cells: [
        at + 1,
        w(stage.title),
        when(stage.startedAt),
        when(stage.finishedAt),
        `${stage.steps.filter((step) => step.state === 'done').length} / ${stage.steps.length}`,
        stage.steps.filter((step) => step.state === 'done' && step.already).length,
        counts.length === 0 ? blank : joined(counts, html`<br>`),
        t(`run.state.${stage.state}`),
      ],
    };
  });
  const minutes = (model.run.activeMs / 60_000).toFixed(1);
  return html`${table(
    t('report.stages'),
    [
      { head: '#', width: 8, figures: true },
      { head: t('report.stage') },
      { head: t('report.started'), width: 26 },
      { head: t('report.finished'), width: 26 },
      { head: t('report.steps'), width: 18, figures: true },
      { head: t('report.already'), width: 20, figures: true },
      { head: t('report.results'), width: 28 },
      { head: t('report.state'), width: 24 },
    ],
    rows,
  )}<p class="note">${t('report.run-note', { operator: model.run.operator || blank, minutes, run: model.run.id })}</p>
`;
}

/** Steps that were carried out more than once, or that did not end well. */
function repeats({ t, w, when, model }: Writer): Markup {
  const steps = model.stages
    .flatMap((stage) => stage.steps)
    .filter((step) => step.attempts > 1 || (step.state !== 'done' && step.attempts > 0));
  if (steps.length === 0) return html`<p>${t('report.no-repeats')}</p>\n`;
  return table(
    t('report.repeats'),
    [
      { head: t('report.step'), width: 52 },
      { head: t('report.effect') },
      { head: t('report.attempts'), width: 16, figures: true },
      { head: t('report.state'), width: 20 },
      { head: t('report.finished'), width: 26 },
    ],
    steps.map((step) => ({
      cells: [
        html`<span class="mono">${step.id}</span>`,
        html`${joined(step.effects.map(w), html`<br>`)}${step.error && html`<br><b>${w(step.error.message)}</b>`}`,
        step.attempts,
        t(`run.state.${step.state}`),
        when(step.finishedAt),
      ],
    })),
  );
}

function waivers({ t, model, moment, link }: Writer): Markup {
  if (model.waivers.length === 0) return html`<p>${t('report.no-waivers')}</p>\n`;
  return table(
    t('report.waivers'),
    [
      { head: t('report.number'), width: 22 },
      { head: t('report.item'), width: 40 },
      { head: t('report.reason') },
      { head: t('report.approver'), width: 26 },
      { head: t('report.expires'), width: 22 },
      { head: t('report.state'), width: 26 },
    ],
    model.waivers.map((waiver) => ({
      cells: [
        html`<span class="mono">${waiver.id}</span>`,
        html`<span class="mono">${waiver.check}</span><br>${waiver.subjects.length === 0 ? t('report.all-subjects') : waiver.subjects.join(', ')}`,
        html`${waiver.reason}<br><span class="quiet">${t('report.recorded', { at: moment(waiver.created) })}</span>`,
        waiver.approver,
        waiver.expires,
        html`${t(`report.waiver.${waiver.state}`)}${waiver.records.length > 0 && html`<br>${joined(waiver.records.map(link), html`, `)}`}`,
      ],
    })),
  );
}

function events({ t, w, when, model }: Writer): Markup {
  return table(
    t('report.events'),
    [
      { head: t('report.row'), width: 16, figures: true },
      { head: t('report.time'), width: 30 },
      { head: t('report.content') },
    ],
    model.events.map((event) => ({ cells: [event.seq, when(event.at), w(event.words)] })),
  );
}
