import type { JudgedFinding, StageView } from '../../../electron/contract/views.ts';
import { useWords } from '../../i18n/text.ts';
import { amount, whole } from '../../ui/figures.ts';
import { numbersOf } from './panels/figures-of.ts';
import { pushStepOf } from './panels/images.ts';
import { usePushRecord } from './panels/usePushRecord.ts';
import { countsOf } from './verdicts.ts';

export type Headline = { readonly verdict: string; readonly figure: string; readonly words: string };

/** One sentence that judges a stage, and the one figure of it that is worth being large. */
export function useHeadline(stage: StageView, findings: readonly JudgedFinding[]): Headline {
  const { t } = useWords();
  const counts = countsOf(findings);
  const failing = counts.failed + counts.error;
  const steps = stage.steps.filter((step) => step.state === 'done').length;
  const stuck = stage.steps.filter((step) => step.state === 'failed').length;
  const verdict = () => {
    if (stage.state === 'running') return t('stage.head.running', { done: steps, total: stage.steps.length });
    if (stuck > 0) return t('stage.head.stuck', { count: stuck });
    if (failing > 0) return t('stage.head.failed', { count: failing });
    if (stage.state === 'pending') return t('stage.head.pending');
    if (stage.state !== 'done' && stage.state !== 'warning')
      return t('stage.head.open', { done: steps, total: stage.steps.length });
    return counts.warning > 0 ? t('stage.head.warning', { count: counts.warning }) : t('stage.all-good');
  };
  const push = usePushRecord(pushStepOf(stage));
  if (push !== undefined && push.bytesSent > 0 && stage.state !== 'running') {
    return {
      verdict: verdict(),
      figure: amount(push.bytesSent, 'bytes'),
      words: t('stage.push.moved', { rate: amount(push.bytesSent / push.seconds, 'bytes') }),
    };
  }
  return { verdict: verdict(), ...figureOf(stage, findings, t) };
}

function figureOf(
  stage: StageView,
  findings: readonly JudgedFinding[],
  t: ReturnType<typeof useWords>['t'],
): Omit<Headline, 'verdict'> {
  const history =
    stage.id === 'data'
      ? findings
          .map((finding) => numbersOf(finding.actual, 'data.actual.history'))
          .find((numbers) => numbers !== undefined)
      : undefined;
  if (history !== undefined)
    return {
      figure: whole(history.present ?? history.rows ?? 0),
      words: t('stage.rows-stored', { rate: whole(history.rate ?? 0) }),
    };
  const judged = findings.filter(
    (finding) => finding.status !== 'not-applicable' && finding.status !== 'skipped',
  ).length;
  if (stage.state === 'running')
    return {
      figure: `${Math.floor(stage.progress * 100)} %`,
      words: judged > 0 ? t('stage.passed-so-far', { count: countsOf(findings).passed }) : t('stage.progress'),
    };
  if (judged > 0) return { figure: String(countsOf(findings).passed), words: t('stage.passed-of', { total: judged }) };
  return {
    figure: `${stage.steps.filter((step) => step.state === 'done').length} / ${stage.steps.length}`,
    words: t('stage.steps-done'),
  };
}
