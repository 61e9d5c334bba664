import { type Host, isSystemHost } from '../../../contract/site.ts';
import { type Text, text } from '../../../contract/text.ts';
import { catalogue } from '../../checks/catalogue.ts';
import { collectorArguments, plannedPaths, tcpTargets } from '../../checks/plan.ts';
import { profileOf } from '../../checks/profile.ts';
import type { PlanInput } from '../../plan/step.ts';
import type { EnvironmentPlan } from './model.ts';

/** Groups of facts that the collector reads on every host, besides those per folder and name. */
const sectionCount = 43;

/** One reading step per host, then one that judges all of them. Error: release-invalid for a wrong profile. */
export function planEnvironment(input: PlanInput): readonly EnvironmentPlan[] {
  // Read here already, so that a wrong profile shows before anything is begun.
  profileOf(input.release, input.site.profile);
  const { profile } = input.site;
  const hosts = input.site.hosts.filter(isSystemHost);
  const collects = hosts.map(
    (host): EnvironmentPlan => ({
      id: stepId(host),
      stage: 'environment',
      kind: 'collect',
      target: host.name,
      effects: effectsOf(input, host),
      mutates: false,
      needs: [],
      weight: 3,
      input: { host: host.name, arguments: collectorArguments(input.site, input.release.file, host) },
    }),
  );
  return [
    ...collects,
    {
      id: 'environment/judge/site',
      stage: 'environment',
      kind: 'judge',
      target: input.site.name,
      effects: [text('checks.effect.judge', { checks: catalogue.length, hosts: hosts.length, profile })],
      mutates: false,
      needs: hosts.map(stepId),
      weight: 1,
      input: { hosts: hosts.map(({ name }) => name) },
    },
  ];
}

const stepId = (host: Host): string => `environment/collect/${host.name}`;

function effectsOf({ site, release }: PlanInput, host: Host): Text[] {
  const paths = plannedPaths(release.file, host);
  const targets = tcpTargets(site, host);
  return [
    text('checks.effect.collect', {
      sections: sectionCount + paths.length,
      paths: paths.map(({ path }) => path).join(', '),
    }),
    ...(targets.length === 0
      ? []
      : [
          text('checks.effect.try', {
            targets: targets.map(({ label, address, port }) => `${label} ${address}:${port}`).join(', '),
          }),
        ]),
  ];
}
