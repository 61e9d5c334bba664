import type { SignOff } from '../../contract/acceptance.ts';
import { type ErrorView, SitewrightError } from '../../contract/errors.ts';
import type { Project, Site, Waiver } from '../../contract/site.ts';
import type { Text } from '../../contract/text.ts';
import type { AuditVerdict, EvidenceView, PlanView, RunState, StageView, StepState } from '../../contract/views.ts';
import { auditWaivers, judgeFindings } from '../checks/gate.ts';
import { listAudit } from '../evidence/audit.ts';
import { concludeAcceptance, type Verdict } from '../evidence/conclusion.ts';
import { storedWalk } from '../run/session.ts';
import { verifyJournal } from '../run/verify-journal.ts';
import type { OpenSite } from '../site/open-site.ts';
import { siteToday } from '../site/site-time.ts';
import { createFacts } from '../store/facts.ts';
import {
  documentsOf,
  endpointsOf,
  imagesOf,
  type ReportDocument,
  type ReportEndpoint,
  type ReportImage,
} from './delivery.ts';
import { type Deviation, deviationsOf } from './deviations.ts';
import { eventsOf, outcomesOf, type ReportEvent, revealedSecrets } from './events.ts';
import { type ReportHost, reportHost } from './hosts.ts';
import { notesOf } from './notes.ts';
import { type Program, programSchema, thisProgram } from './program.ts';
import { type ReportRecord, recordsOf, type Tally, talliesOf } from './records.ts';

/**
 * Everything that a report says, read from the site's records alone: the same records give the same model, so dates are
 * those of the run, never of the printing. Times are ISO 8601 UTC.
 */
export type ReportModel = {
  readonly format: 1;
  /** The site as it was walked; project and title as they are written now. */
  readonly site: Pick<Site, 'name' | 'title' | 'practice' | 'mode' | 'profile' | 'utcOffsetMinutes'> & {
    readonly project: Project;
  };
  readonly release: PlanView['release'];
  readonly verdict: Verdict;
  readonly tallies: readonly Tally[];
  readonly run: ReportRun;
  readonly stages: readonly ReportStage[];
  readonly events: readonly ReportEvent[];
  readonly records: readonly ReportRecord[];
  readonly deviations: readonly Deviation[];
  readonly signOff: SignOff;
  readonly waivers: readonly ReportWaiver[];
  readonly hosts: readonly ReportHost[];
  readonly endpoints: readonly ReportEndpoint[];
  readonly images: readonly ReportImage[];
  readonly documents: readonly ReportDocument[];
  /** Vault entries that were shown to a person, with the last time; never a value. */
  readonly credentials: readonly { readonly name: string; readonly shownAt: string }[];
  readonly evidence: readonly EvidenceView[];
  readonly journal: AuditVerdict;
  readonly program: Program;
};

export type ReportRun = {
  readonly id: string;
  readonly state: RunState;
  /** SHA-256 of the confirmed plan, hex. */
  readonly plan: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly operator: string;
  /** Time during which the engine worked on it, ms. */
  readonly activeMs: number;
};

export type ReportStage = Pick<StageView, 'id' | 'title' | 'state' | 'counts' | 'startedAt' | 'finishedAt'> & {
  readonly steps: readonly ReportStep[];
};

export type ReportStep = {
  readonly id: string;
  readonly target: string;
  readonly state: StepState;
  readonly attempts: number;
  /** It was already as wanted: nothing was changed. */
  readonly already: boolean;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly effects: readonly Text[];
  readonly error?: ErrorView;
};

/** A decision to accept something that is not as it should be. Refused: it names a check that must pass. */
export type ReportWaiver = Waiver & {
  readonly state: 'counts' | 'unused' | 'expired' | 'refused';
  /** Numbers of the records that it lies over. */
  readonly records: readonly string[];
};

/** The report's content. Error: report-no-run when nothing was walked yet. */
export function reportModel(opened: OpenSite): ReportModel {
  const run = opened.store.runs.last();
  if (run === undefined || opened.auditKey() === undefined)
    throw new SitewrightError('report-no-run', { site: opened.name });
  const { site, release } = run.plan;
  const stored = opened.store.findings.list(run.id);
  const findings = stored.map((entry) => entry.finding);
  const finishedAt =
    run.finishedAt ??
    findings
      .map((finding) => finding.at)
      .sort()
      .at(-1) ??
    run.startedAt;
  // Waivers and gates are judged on the day of the run's end, so that the report reads the same ever after.
  const walk = storedWalk(opened, () => new Date(finishedAt)).view();
  const day = siteToday(site, new Date(finishedAt));
  const judged = judgeFindings(findings, opened.store.waivers.list(), day);
  const audit = listAudit(opened.store.database);
  const names = site.hosts.map((host) => host.name);
  const notes = notesOf(audit);
  const records = recordsOf(stored, judged, names, outcomesOf(audit, run.id));
  const evidence = evidenceOf(opened, run.id, records);
  const facts = createFacts(
    opened.store.database,
    () => new Date(finishedAt),
    (words) => words,
  );
  const { title, project } = opened.site();
  const { name, practice, mode, profile, utcOffsetMinutes } = site;
  return {
    format: 1,
    site: { name, title, practice, mode, profile, utcOffsetMinutes, project },
    release,
    verdict: concludeAcceptance(records, walk.state),
    tallies: talliesOf(records),
    run: {
      id: run.id,
      state: walk.state,
      plan: run.plan.digest,
      startedAt: run.startedAt,
      finishedAt,
      operator: run.operator,
      activeMs: run.activeMs,
    },
    stages: walk.stages.map(stageOf),
    events: eventsOf(audit, run.id),
    records,
    deviations: deviationsOf(records, notes),
    signOff: notes.signOff,
    waivers: waiversOf(opened.store.waivers.list(), records, day),
    hosts: site.hosts.map((host) => reportHost(host, facts)),
    endpoints: endpointsOf(site, records),
    images: imagesOf(run.plan, opened.evidence, evidence),
    documents: documentsOf(records, evidence),
    credentials: [...revealedSecrets(audit)].map(([entry, shownAt]) => ({ name: entry, shownAt })),
    evidence,
    journal: verifyJournal(opened),
    program: programOf(opened, records),
  };
}

function stageOf(stage: StageView): ReportStage {
  const { id, title, state, counts, startedAt, finishedAt } = stage;
  const steps = stage.steps.map(
    ({ progress: _1, note: _2, transfer: _3, needs: _4, weight: _5, mutates: _6, stage: _7, ...step }) => step,
  );
  return { id, title, state, counts, ...(startedAt && { startedAt }), ...(finishedAt && { finishedAt }), steps };
}

/** Evidence of this run, and what its records name besides; other runs of the site have reports of their own. */
function evidenceOf(opened: OpenSite, run: string, records: readonly ReportRecord[]): readonly EvidenceView[] {
  const own = opened.store.database.prepare('SELECT number FROM evidence WHERE run = ?').pluck().all(run) as number[];
  const wanted = new Set([
    ...own.map(Number),
    ...records.flatMap((record) => record.evidence.map((id) => Number(id.slice(2)))),
  ]);
  return opened.evidence.list().filter((view) => wanted.has(Number(view.id.slice(2))));
}

function waiversOf(waivers: readonly Waiver[], records: readonly ReportRecord[], day: string): readonly ReportWaiver[] {
  const audit = auditWaivers(records, waivers, day);
  const stateOf = (waiver: Waiver): ReportWaiver['state'] => {
    if (audit.used.some((one) => one.waiver.id === waiver.id)) return 'counts';
    if (audit.expired.some((one) => one.id === waiver.id)) return 'expired';
    return audit.refused.some((one) => one.id === waiver.id) ? 'refused' : 'unused';
  };
  return waivers.map((waiver) => ({
    ...waiver,
    state: stateOf(waiver),
    records: records.filter((record) => record.waiver?.id === waiver.id).map((record) => record.number),
  }));
}

/** The program that concluded the walk, as it wrote it down; this one where the walk did not come so far. */
function programOf(opened: OpenSite, records: readonly ReportRecord[]): Program {
  const id = records.find((record) => record.check === 'acceptance.must-pass')?.evidence[0];
  if (id === undefined) return thisProgram();
  try {
    const { program } = JSON.parse(opened.evidence.read(id).content.toString('utf8')) as { readonly program?: unknown };
    return programSchema.parse(program);
  } catch {
    return thisProgram();
  }
}
