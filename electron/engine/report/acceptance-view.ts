import type { AcceptanceView, DeviationView } from '../../contract/acceptance.ts';
import type { OpenSite } from '../site/open-site.ts';
import type { Deviation } from './deviations.ts';
import { reportModel } from './model.ts';

/** Deviations and signing as a face shows them for editing. Error: report-no-run. */
export function acceptanceView(opened: OpenSite): AcceptanceView {
  const { deviations, signOff } = reportModel(opened);
  return { deviations: deviations.map(viewOf), signOff };
}

function viewOf({ id, number, level, title, found, owner, note, withdrawn, check }: Deviation): DeviationView {
  return {
    ...{ id, number, level, title, note },
    found: found.map(({ subject, actual }) => ({ subject, actual })),
    own: check === undefined,
    ...(owner !== undefined && { duty: owner }),
    ...(withdrawn !== undefined && { withdrawn }),
  };
}
