import { text, verbatim } from '../../../../contract/text.ts';
import { answerOf, type ClusterFacts } from '../../endpoints.ts';
import { clauses, type EndpointCheck } from '../../model.ts';

/** StorageClass. */
export const dependencyClusterStorageClassCheck: EndpointCheck<ClusterFacts> = {
  id: 'dependency.cluster-storage-class',
  category: 'dependencies',
  clause: clauses.dependencies,
  severity: 'critical',
  mustPass: false,
  scope: 'endpoint',
  applicable: ({ facts }) => (facts.claims.length === 0 ? text('checks.reason.no-claims') : undefined),
  expected: ({ facts }) =>
    text('checks.expected.storage-class', { claims: facts.claims.map(({ name }) => name).join(', ') }),
  judge: ({ facts }) => {
    const all = [...answerOf(facts.storageClasses), ...facts.delivered];
    const names = all.map(({ name, isDefault }) => (isDefault ? `${name} (default)` : name));
    const actual = verbatim([...new Set(names)].join(', ') || '-');
    const unmet = facts.claims.filter(
      ({ storageClass }) =>
        !all.some(({ name, isDefault }) => (storageClass === null ? isDefault : name === storageClass)),
    );
    return { status: unmet.length > 0 ? 'failed' : 'passed', actual };
  },
};
