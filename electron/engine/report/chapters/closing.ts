import { parties } from '../../../contract/acceptance.ts';
import { html, type Markup } from '../markup.ts';
import { table } from '../table.ts';
import { blank, type Writer } from '../writer.ts';
import { verdictBox } from './cover.ts';

/** 8 What was handed over: documents with their digests, credentials without their values, training to sign for. */
export function handover(writer: Writer): Markup {
  const { t, w, model, link, moment, section } = writer;
  const passwords = model.records.find((record) => record.check === 'data.initial-passwords');
  const shown = model.credentials.map(({ name, shownAt }) => ({
    cells: [html`<span class="mono">${name}</span>`, t('report.shown', { at: moment(shownAt) }), ''],
  }));
  const trained = model.signOff.handover.map(({ topic, participant, date }) => ({
    cells: [topic, participant, date ?? '', ''],
    tone: 'tall',
  }));
  // Lines to write on stay where fewer were written here.
  const empty = [1, 2, 3].slice(trained.length).map(() => ({ cells: ['', '', '', ''], tone: 'tall' }));
  return html`${section('8.1', t('report.documents'))}${
    model.documents.length === 0
      ? html`<p>${t('report.none')}</p>\n`
      : table(
          t('report.documents'),
          [
            { head: t('report.title-of-document'), width: 34 },
            { head: t('report.file'), width: 54 },
            { head: 'SHA-256' },
            { head: t('report.evidence'), width: 18 },
          ],
          model.documents.map((document) => ({
            cells: [
              w(document.title),
              html`<span class="mono">${document.file || blank}</span>`,
              html`<span class="mono">${document.sha256}</span>`,
              link(document.evidence),
            ],
          })),
        )
  }${section('8.2', t('report.credentials'))}<p>${t('report.credentials-where')} ${passwords && w(passwords.actual)}</p>
${
  shown.length > 0 &&
  table(
    t('report.credentials'),
    [
      { head: t('report.entry-of-vault'), width: 54 },
      { head: t('report.state') },
      { head: t('report.received'), width: 50 },
    ],
    shown,
  )
}${section('8.3', t('report.training'))}<p>${t('report.training-note')}</p>
${table(t('report.training'), [{ head: t('report.topic') }, { head: t('report.participant'), width: 40 }, { head: t('report.date'), width: 28 }, { head: t('report.signature-only'), width: 40 }], [...trained, ...empty])}`;
}

/** 9 The conclusion with every number behind it. */
export function conclusion(writer: Writer): Markup {
  const { t, model } = writer;
  const row = (name: string, counts: (typeof model.tallies)[number] | typeof model.verdict, tone?: string) => ({
    cells: [
      name,
      counts.total,
      counts.passed,
      counts.warnings,
      counts.failed,
      counts.unknown,
      counts.waived,
      counts.open,
      `${counts.mustPassMet} / ${counts.mustPass}`,
      counts.notApplicable,
    ],
    ...(tone && { tone }),
  });
  const figure = (head: string) => ({ head, width: 16.5, figures: true });
  const phases = (['initial', 'trial', 'final'] as const).map((phase) => {
    const now = model.site.project.phase === phase;
    return html`<li${now && html` class="now" aria-current="step"`}>${now ? '●' : '○'} ${t(`report.phase.${phase}`)}</li>`;
  });
  return html`<div class="whole">${verdictBox(writer)}${table(
    t('report.chapter.conclusion'),
    [
      { head: t('report.part') },
      figure(t('report.total')),
      figure(t('run.status.passed')),
      figure(t('run.status.warning')),
      figure(t('run.status.failed')),
      figure(t('run.status.error')),
      figure(t('run.status.waived')),
      figure(t('report.open')),
      figure(t('report.must-pass')),
      figure(t('report.not-applicable-short')),
    ],
    [
      ...model.tallies.map((tally) => row(t(`report.qualification.${tally.qualification}`), tally)),
      row(t('report.sum'), model.verdict, 'sum'),
    ],
    { rowHeads: true, kind: 'plain whole' },
  )}</div><p class="note">${t('report.rule')}</p>
<div class="whole"><p>${t('report.phases')}</p>
<ol class="phases">${phases}</ol></div>
`;
}

/** 10 Signatures of the parties. */
export function signatures({ t, model }: Writer): Markup {
  const rows = parties.map((party) => {
    const signer = model.signOff.signers.find((one) => one.party === party);
    return {
      cells: [
        html`${t(`report.${party}`)}<br><span class="quiet">${model.site.project[party] || blank}</span>`,
        signer?.name ?? '',
        signer?.title ?? '',
        '',
        signer?.date ?? '',
      ],
      tone: 'signing',
    };
  });
  return html`${table(
    t('report.chapter.signatures'),
    [
      { head: t('report.party'), width: 44 },
      { head: t('report.name'), width: 30 },
      { head: t('report.job'), width: 30 },
      { head: t('report.signature') },
      { head: t('report.date'), width: 28 },
    ],
    rows,
    { rowHeads: true, kind: 'plain whole' },
  )}<p class="note">${t('report.sign.digital')}</p>
`;
}
