import { SitewrightError } from '../../contract/errors.ts';
import type { Site } from '../../contract/site.ts';
import type { Text } from '../../contract/text.ts';
import type { EvidenceView, JudgedFinding, PlanView, StageView } from '../../contract/views.ts';
import { auditWaivers, judgeFindings, type WaiverAudit } from '../checks/gate.ts';
import { verifyAudit } from '../evidence/audit.ts';
import { concludeAcceptance, type Verdict } from '../evidence/conclusion.ts';
import { storedWalk } from '../run/session.ts';
import type { OpenSite } from '../site/open-site.ts';
import { siteToday } from '../site/site-time.ts';

/** Version of this program, as package.json has it. */
export const programVersion = '0.1.0';

/**
 * Everything that a report says, read from the site's records alone: the same records give the same model, so dates are
 * those of the run, never of the printing.
 */
export type ReportModel = {
  readonly format: 1;
  readonly site: Site;
  readonly release: PlanView['release'];
  readonly verdict: Verdict;
  readonly run: { readonly id: string; readonly state: string; readonly startedAt: string; readonly finishedAt: string; readonly operator: string; readonly activeMs: number };
  readonly stages: readonly (Omit<StageView, 'steps'> & { readonly steps: readonly ReportStep[] })[];
  readonly findings: readonly JudgedFinding[];
  readonly waivers: WaiverAudit;
  readonly evidence: readonly EvidenceView[];
  readonly hosts: readonly ReportHost[];
  readonly images: readonly { readonly reference: string; readonly digest: string }[];
  readonly journal: { readonly head: string; readonly rows: number; readonly key: string; readonly intact: boolean };
  readonly program: { readonly name: string; readonly version: string };
};

export type ReportStep = { readonly id: string; readonly target: string; readonly state: string; readonly attempts: number; readonly already: boolean; readonly startedAt?: string; readonly finishedAt?: string; readonly effects: readonly Text[] };
export type ReportHost = { readonly name: string; readonly address: string; readonly roles: readonly string[] };

/** Error: report-no-run when nothing was walked yet. */
export function reportModel(opened: OpenSite, now: () => Date): ReportModel {
  const run = opened.store.runs.last();
  const key = opened.auditKey();
  if (run === undefined || key === undefined) throw new SitewrightError('report-no-run', { site: opened.name });
  const site = opened.site();
  const view = storedWalk(opened, now).view();
  const stored = opened.store.findings.list(run.id).map((entry) => entry.finding);
  const finishedAt = run.finishedAt ?? stored.map((finding) => finding.at).sort().at(-1) ?? run.startedAt;
  // Waivers are judged on the day of the run's end, so that the report reads the same ever after.
  const day = siteToday(site, new Date(finishedAt));
  const waivers = opened.store.waivers.list();
  const findings = judgeFindings(stored, waivers, day);
  const audit = verifyAudit(opened.store.database, key);
  const evidence = opened.evidence.list();
  return {
    format: 1,
    site,
    release: run.plan.release,
    verdict: concludeAcceptance(findings, view.state),
    run: { id: run.id, state: view.state, startedAt: run.startedAt, finishedAt, operator: run.operator, activeMs: run.activeMs },
    stages: view.stages.map((stage) => ({ ...stage, steps: stage.steps.map(stepOf) })),
    findings,
    waivers: auditWaivers(stored, waivers, day),
    evidence,
    hosts: site.hosts.map(({ name, address, port, roles }) => ({ name, address: `${address}:${port}`, roles })),
    images: imagesOf(run.plan.stages.flatMap((stage) => stage.steps).map((step) => step.effects)),
    journal: { head: audit.head, rows: audit.rows, key: audit.key, intact: audit.intact },
    program: { name: 'Sitewright', version: programVersion },
  };
}

function stepOf(step: StageView['steps'][number]): ReportStep {
  const { id, target, state, attempts, already, effects, startedAt, finishedAt } = step;
  return { id, target, state, attempts, already, effects, ...(startedAt && { startedAt }), ...(finishedAt && { finishedAt }) };
}

/** The images as the confirmed plan named them. */
function imagesOf(effects: readonly (readonly Text[])[]): ReportModel['images'] {
  return effects.flat().flatMap((effect) => {
    if (!('key' in effect) || effect.key !== 'images.effect.push') return [];
    return [{ reference: String(effect.params?.image), digest: String(effect.params?.digest) }];
  });
}
