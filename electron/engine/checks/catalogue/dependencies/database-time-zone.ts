import { text, verbatim } from '../../../../contract/text.ts';
import { answerOf, type DatabaseFacts } from '../../endpoints.ts';
import { clauses, type EndpointCheck } from '../../model.ts';

/** Database time zone. */
export const dependencyDatabaseTimeZoneCheck: EndpointCheck<DatabaseFacts> = {
  id: 'dependency.database-time-zone',
  category: 'dependencies',
  clause: clauses.dependencies,
  severity: 'minor',
  mustPass: false,
  scope: 'endpoint',
  expected: ({ site }) => text('checks.expected.time-zone', { minutes: site.utcOffsetMinutes }),
  judge: ({ facts, site }) => {
    const { timeZone, offsetMinutes } = answerOf(facts.figures);
    const fine = offsetMinutes === 0 || offsetMinutes === site.utcOffsetMinutes;
    return { status: fine ? 'passed' : 'warning', actual: verbatim(timeZone) };
  },
};
