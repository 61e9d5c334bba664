import { text } from '../../../contract/text.ts';
import type { StepKind } from '../../plan/step.ts';
import { clauses, type NetworkInput } from './model.ts';
import { connectionTable } from './network-plan.ts';

/** Keeps the address and port plan as evidence, for the customer to hand over to the keepers of the firewalls. */
export const networkStep: StepKind<NetworkInput> = {
  verify: async (context, { connections, hosts }) => {
    const evidence = context.evidence(
      text('infrastructure.evidence.network'),
      'text/tab-separated-values',
      connectionTable(connections),
    );
    context.finding({
      check: 'infrastructure.network-plan',
      subject: context.site.name,
      title: text('infrastructure.finding.network'),
      category: 'network',
      clause: clauses.network,
      qualification: 'IQ',
      mustPass: false,
      status: 'passed',
      expected: text('infrastructure.finding.network.expected'),
      actual: text('infrastructure.finding.network.actual', { rows: connections.length, hosts }),
      evidence: [evidence],
      durationMs: 0,
    });
  },
};
