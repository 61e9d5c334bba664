import type { StepView } from '../../../../electron/contract/views.ts';
import { useEvidenceWords, useStepEvidence } from '../../../state/evidence.ts';
import { type PushRecord, pushRecordIn } from './images.ts';

/** What the push says of itself once it is done. */
export function usePushRecord(push: StepView | undefined): PushRecord | undefined {
  const kept = useStepEvidence(push === undefined ? [] : [push.id], push?.state ?? '').get(push?.id ?? '') ?? [];
  return pushRecordIn(useEvidenceWords(kept.slice(-1)).get(kept.at(-1) ?? ''));
}
