import { text, verbatim } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { linesOf } from '../../unknown.ts';

/** Proxy variables. */
export const networkProxyCheck: HostCheck = {
  id: 'network.proxy',
  category: 'network',
  clause: clauses.environment,
  severity: 'minor',
  mustPass: false,
  scope: 'host',
  needs: ['proxy'],
  expected: () => text('checks.expected.no-proxy'),
  judge: ({ facts }) => {
    const lines = linesOf(facts, 'proxy').filter(
      (line) => !/^(export\s+)?no_proxy=/i.test(line) && !/=("")?$/.test(line),
    );
    if (lines.length === 0) return { status: 'passed', actual: text('checks.actual.proxy-none') };
    return { status: 'warning', actual: verbatim([...new Set(lines)].join(', ').slice(0, 300)) };
  },
};
