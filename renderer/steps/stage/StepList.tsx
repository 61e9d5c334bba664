import type { StepView } from '../../../electron/contract/views.ts';
import { useWords } from '../../i18n/text.ts';
import { StateTag } from '../../ui/StatusTag.tsx';

/** The steps of a stage with their effects. */
export function StepList({ steps }: { steps: readonly StepView[] }) {
  const { w } = useWords();
  return (
    <ul>
      {steps.map((step) => (
        <li key={step.id}>
          <StateTag state={step.state} /> {step.target}: {step.effects.map(w).join(' · ')}
        </li>
      ))}
    </ul>
  );
}
