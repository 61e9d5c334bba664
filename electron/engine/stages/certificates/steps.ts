import type { StepKind } from '../../plan/step.ts';
import { authorityKind } from './authority.ts';
import { filesKind, trustKind } from './distribute.ts';
import { issueKind } from './issue.ts';
import { proveKind, reloadKind } from './prove.ts';

/** Every kind of step of the certificates stage, by the name that the plan uses. */
export const certificatesSteps: Readonly<Record<string, StepKind>> = {
  authority: authorityKind,
  issue: issueKind,
  trust: trustKind,
  files: filesKind,
  reload: reloadKind,
  prove: proveKind,
};
