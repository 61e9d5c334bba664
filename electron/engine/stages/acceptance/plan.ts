import { text } from '../../../contract/text.ts';
import type { PlanInput, StepPlan } from '../../plan/step.ts';
import type { ConcludeInput, DocumentsInput } from './model.ts';

/** The handover of documents, then the conclusion over everything that was found. */
export function planAcceptance({ site, release }: PlanInput): readonly StepPlan<ConcludeInput | DocumentsInput>[] {
  const files = release.file.documents.flatMap((document) => Object.values(document.file));
  const documents: StepPlan<DocumentsInput> = {
    id: 'acceptance/documents/release',
    stage: 'acceptance',
    kind: 'documents',
    target: site.name,
    effects: [text('report.effect.documents', { count: files.length })],
    mutates: false,
    needs: [],
    weight: 0.2,
    input: { files },
  };
  const conclude: StepPlan<ConcludeInput> = {
    id: 'acceptance/conclude/site',
    stage: 'acceptance',
    kind: 'conclude',
    target: site.name,
    effects: [text('report.effect.conclude')],
    mutates: false,
    needs: [documents.id],
    weight: 0.2,
    input: { release: `${release.file.name} ${release.file.version}` },
  };
  return [documents, conclude];
}
