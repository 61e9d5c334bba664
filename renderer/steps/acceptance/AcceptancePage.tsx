import { StagePage } from '../stage/StagePage.tsx';

/** The report: data of the project, preview, export. */
export function AcceptancePage() {
  return <StagePage stage="acceptance" />;
}
