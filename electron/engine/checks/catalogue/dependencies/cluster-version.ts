import { text, verbatim } from '../../../../contract/text.ts';
import { answerOf, type ClusterFacts } from '../../endpoints.ts';
import { compare, expectation } from '../../limits.ts';
import { clauses, type EndpointCheck } from '../../model.ts';
import { versionNumbers } from '../../readings/system.ts';
import { Unknown } from '../../unknown.ts';

/** Cluster version. */
export const dependencyClusterVersionCheck: EndpointCheck<ClusterFacts> = {
  id: 'dependency.cluster-version',
  category: 'dependencies',
  clause: clauses.dependencies,
  severity: 'major',
  mustPass: false,
  scope: 'endpoint',
  limits: { direction: 'at-least', minimum: 24, recommended: 28 },
  expected: ({ limits }) =>
    text('checks.expected.cluster-version', { minor: expectation('at-least', limits, 'count') }),
  judge: ({ facts, limits }) => {
    const words = answerOf(facts.version);
    const [major, minor] = versionNumbers(words);
    if (major === undefined || minor === undefined)
      throw new Unknown(text('checks.unknown.unreadable', { section: 'version', words }));
    return { status: major > 1 ? 'passed' : compare('at-least', minor, limits), actual: verbatim(words) };
  },
};
