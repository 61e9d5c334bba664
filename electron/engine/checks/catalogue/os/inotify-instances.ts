import { text } from '../../../../contract/text.ts';
import { numericCheck } from '../../limits.ts';
import { clauses } from '../../model.ts';
import { runsContainers } from '../../plan.ts';
import { sysctlNumber } from '../../readings/system.ts';

/** inotify instances. */
export const osInotifyInstancesCheck = numericCheck({
  id: 'os.inotify-instances',
  category: 'os',
  clause: clauses.dependencies,
  severity: 'minor',
  mustPass: false,
  limits: { direction: 'at-least', minimum: 128, recommended: 1024 },
  unit: 'count',
  needs: ['sysctl'],
  command: 'sysctl -w fs.inotify.max_user_instances=1024',
  applicable: ({ host }) => (runsContainers(host) ? undefined : text('checks.reason.no-containers')),
  measure: ({ facts }) => sysctlNumber(facts, 'fs/inotify/max_user_instances'),
});
