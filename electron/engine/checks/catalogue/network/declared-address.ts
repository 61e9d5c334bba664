import { isIP } from 'node:net';
import { text, verbatim } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { addresses } from '../../readings/network.ts';

/** Declared address is on the host. */
export const networkDeclaredAddressCheck: HostCheck = {
  id: 'network.declared-address',
  category: 'network',
  clause: clauses.environment,
  severity: 'major',
  mustPass: false,
  scope: 'host',
  needs: ['addresses'],
  applicable: ({ host }) => (isIP(host.address) === 0 ? text('checks.reason.address-is-name') : undefined),
  expected: ({ host }) => verbatim(host.address),
  judge: ({ facts, host }) => {
    const own = addresses(facts);
    const loopback = host.address.startsWith('127.');
    const there = own.has(host.address.toLowerCase()) || (loopback && own.has('127.0.0.1'));
    return {
      status: there ? 'passed' : 'warning',
      actual: verbatim([...own].filter((address) => !address.startsWith('fe80:')).join(', ')),
    };
  },
};
