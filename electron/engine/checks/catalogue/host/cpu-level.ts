import { text, verbatim } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { architecture, cpuFlags } from '../../readings/hardware.ts';

/** What x86-64-v2 has over the first level. */
const levelFlags = ['cx16', 'lahf_lm', 'popcnt', 'sse4_1', 'sse4_2', 'ssse3'];

/** Processor level. */
export const hostCpuLevelCheck: HostCheck = {
  id: 'host.cpu-level',
  category: 'host',
  clause: clauses.environment,
  severity: 'major',
  mustPass: false,
  scope: 'host',
  needs: ['arch', 'cpu'],
  applicable: ({ facts }) => (architecture(facts) === 'amd64' ? undefined : text('checks.reason.other-architecture')),
  expected: () => verbatim('x86-64-v2 (cx16, lahf_lm, popcnt, sse4_1, sse4_2, ssse3)'),
  judge: ({ facts }) => {
    const flags = cpuFlags(facts);
    const lacking = levelFlags.filter((flag) => !flags.has(flag));
    if (lacking.length === 0) return { status: 'passed', actual: verbatim('x86-64-v2') };
    return { status: 'failed', actual: text('checks.actual.lacking', { items: lacking.join(', ') }) };
  },
};
