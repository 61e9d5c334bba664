import { text } from '../../../../contract/text.ts';
import { numericCheck } from '../../limits.ts';
import { clauses } from '../../model.ts';
import { runsContainers } from '../../plan.ts';
import { sysctlNumber } from '../../readings/system.ts';

/** inotify watches. */
export const osInotifyWatchesCheck = numericCheck({
  id: 'os.inotify-watches',
  category: 'os',
  clause: clauses.dependencies,
  severity: 'minor',
  mustPass: false,
  limits: { direction: 'at-least', minimum: 8192, recommended: 65536 },
  unit: 'count',
  needs: ['sysctl'],
  command: 'sysctl -w fs.inotify.max_user_watches=1048576',
  applicable: ({ host }) => (runsContainers(host) ? undefined : text('checks.reason.no-containers')),
  measure: ({ facts }) => sysctlNumber(facts, 'fs/inotify/max_user_watches'),
});
