import { text } from '../../../../contract/text.ts';
import { answerOf, type RegistryHostFacts } from '../../endpoints.ts';
import { clauses, type EndpointCheck } from '../../model.ts';
import { Unknown } from '../../unknown.ts';

const gibibytes = (bytes: number): string => (bytes / 1024 ** 3).toFixed(1);

/** Room for the images that the bundle's registry lacks. */
export const dependencyRegistryHostSpaceCheck: EndpointCheck<RegistryHostFacts> = {
  id: 'dependency.registry-host-space',
  category: 'dependencies',
  clause: clauses.dependencies,
  severity: 'critical',
  mustPass: true,
  scope: 'endpoint',
  expected: ({ facts }) => text('checks.expected.registry-space', { needed: gibibytes(answerOf(facts.host).needed) }),
  judge: ({ facts }) => {
    const { free, folder, needed } = answerOf(facts.host);
    if (free === null) throw new Unknown(text('checks.unknown.not-asked'));
    const actual = text('checks.actual.registry-space', { free: gibibytes(free), folder });
    return { status: free < needed ? 'failed' : 'passed', actual };
  },
};
