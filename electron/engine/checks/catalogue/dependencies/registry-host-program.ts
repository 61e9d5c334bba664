import { text, verbatim } from '../../../../contract/text.ts';
import { type RegistryHostFacts, wordsOf } from '../../endpoints.ts';
import { clauses, type EndpointCheck } from '../../model.ts';
import { Unknown } from '../../unknown.ts';

/** The bundle's registry runs on the host. */
export const dependencyRegistryHostProgramCheck: EndpointCheck<RegistryHostFacts> = {
  id: 'dependency.registry-host-program',
  category: 'dependencies',
  clause: clauses.dependencies,
  severity: 'critical',
  mustPass: true,
  scope: 'endpoint',
  expected: ({ release }) => verbatim(Object.keys(release.registry?.programs ?? {}).join(', ')),
  judge: ({ facts: { program } }) => {
    if ('value' in program) return { status: 'passed', actual: text('checks.actual.registry-program', program.value) };
    if (program.code === 'registry-program-missing') return { status: 'failed', actual: wordsOf(program) };
    throw new Unknown(wordsOf(program));
  },
};
