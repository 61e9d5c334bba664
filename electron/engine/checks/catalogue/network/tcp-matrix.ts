import { text, verbatim } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { tcpTargets } from '../../plan.ts';
import { tcpOutcome } from '../../readings/network.ts';
import { Unknown } from '../../unknown.ts';

/** Connections between the hosts. */
export const networkTcpMatrixCheck: HostCheck = {
  id: 'network.tcp-matrix',
  category: 'network',
  clause: clauses.dependencies,
  severity: 'critical',
  mustPass: false,
  scope: 'host',
  needs: ['tcp'],
  applicable: ({ site, host }) => (tcpTargets(site, host).length > 0 ? undefined : text('checks.reason.no-targets')),
  expected: ({ site, host }) =>
    verbatim(
      tcpTargets(site, host)
        .map(({ label, address, port }) => `${label} ${address}:${port}`)
        .join(', '),
    ),
  judge: ({ site, host, facts }) => {
    const tries = tcpTargets(site, host).map((target) => ({ target, outcome: tcpOutcome(facts, target) }));
    const words = tries
      .map(({ target, outcome }) => `${target.label} ${target.address}:${target.port} ${outcome}`)
      .join(', ');
    const unable = tries.find(({ outcome }) => outcome === 'no-tool' || outcome === 'unclear');
    const filtered = tries.some(
      ({ outcome }) => outcome === 'timeout' || outcome === 'unreachable' || outcome === 'unresolved',
    );
    if (filtered) return { status: 'failed', actual: verbatim(words) };
    if (unable !== undefined)
      throw new Unknown(
        text('checks.unknown.tcp', {
          outcome: unable.outcome,
          address: `${unable.target.address}:${unable.target.port}`,
        }),
      );
    // Refused: the way is open, only nobody listens yet.
    if (tries.some(({ outcome }) => outcome === 'refused'))
      return { status: 'warning', actual: verbatim(words), why: text('checks.why.refused') };
    return { status: 'passed', actual: verbatim(words) };
  },
};
