import { verbatim } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { architecture } from '../../readings/hardware.ts';

/** Processor architecture. */
export const hostArchitectureCheck: HostCheck = {
  id: 'host.architecture',
  category: 'host',
  clause: clauses.environment,
  severity: 'critical',
  mustPass: true,
  scope: 'host',
  needs: ['arch'],
  expected: ({ release }) => verbatim(release.architectures.join(', ')),
  judge: ({ facts, release }) => {
    const found = architecture(facts);
    return {
      status: release.architectures.some((one) => one === found) ? 'passed' : 'failed',
      actual: verbatim(found),
    };
  },
};
