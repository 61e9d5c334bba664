import { text, verbatim } from '../../../../contract/text.ts';
import { answerOf, type RegistryHostFacts } from '../../endpoints.ts';
import { clauses, type EndpointCheck } from '../../model.ts';

/** Something on the host starts the bundle's registry again. */
export const dependencyRegistryHostServiceCheck: EndpointCheck<RegistryHostFacts> = {
  id: 'dependency.registry-host-service',
  category: 'dependencies',
  clause: clauses.dependencies,
  severity: 'major',
  mustPass: false,
  scope: 'endpoint',
  expected: () => verbatim('systemd'),
  judge: ({ facts }) =>
    answerOf(facts.host).systemd
      ? { status: 'passed', actual: verbatim('systemd') }
      : { status: 'warning', actual: text('checks.actual.no-systemd') },
};
