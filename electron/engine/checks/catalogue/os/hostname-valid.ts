import { text, verbatim } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { hostname } from '../../readings/system.ts';

/** Host name is valid. */
export const osHostnameValidCheck: HostCheck = {
  id: 'os.hostname-valid',
  category: 'os',
  clause: clauses.environment,
  severity: 'major',
  mustPass: false,
  scope: 'host',
  needs: ['hostname'],
  command: 'hostnamectl set-hostname NAME',
  expected: () => text('checks.expected.hostname'),
  judge: ({ facts }) => {
    const name = hostname(facts);
    const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
    const valid =
      name.length <= 253 && name.split('.').every((part) => label.test(part)) && !/^localhost(\.|$)/.test(name);
    return { status: valid ? 'passed' : 'failed', actual: verbatim(name === '' ? '-' : name) };
  },
};
