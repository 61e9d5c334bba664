import { text } from '../../../contract/text.ts';
import { effectOf } from '../../deploy/effects.ts';
import { registryHost } from '../../deploy/images.ts';
import { labelled, renderDocuments } from '../../deploy/render.ts';
import type { KubernetesObject } from '../../drivers/kubernetes/client.ts';
import type { PlanInput, StepPlan } from '../../plan/step.ts';
import {
  clusterTarget,
  type DatabaseInput,
  databaseTarget,
  type FoldersInput,
  type NamespaceInput,
  type NetworkInput,
  type ObjectsInput,
  pullSecretName,
} from './model.ts';
import { planConnections } from './network-plan.ts';

/** What the release stands on: folders on hosts, namespace with its Secrets, storage, monitoring, the database. */
export function planInfrastructure(input: PlanInput): readonly StepPlan[] {
  const cluster = input.site.kubernetes === undefined ? [] : [namespaceStep(input), ...objectSteps(input)];
  return [
    networkStep(input),
    ...folderSteps(input),
    ...cluster,
    ...(input.site.database === undefined ? [] : [databaseStep(input)]),
  ];
}

function networkStep({ site, release }: PlanInput): StepPlan<NetworkInput> {
  return {
    id: `infrastructure/network/${site.name}`,
    stage: 'infrastructure',
    kind: 'network',
    target: site.name,
    effects: [text('infrastructure.effect.network')],
    mutates: false,
    needs: [],
    weight: 1,
    input: { connections: planConnections(site, release), hosts: site.hosts.length },
  };
}

function folderSteps({ site, release }: PlanInput): readonly StepPlan<FoldersInput>[] {
  return site.hosts.flatMap((host) => {
    const roles: readonly string[] = host.roles;
    const folders = release.file.folders
      .filter(({ role }) => roles.includes(role))
      .map(({ path, mode, uid, gid }) => ({ path, mode, uid, gid }));
    if (folders.length === 0) return [];
    const step: StepPlan<FoldersInput> = {
      id: `infrastructure/folders/${host.name}`,
      stage: 'infrastructure',
      kind: 'folders',
      target: host.name,
      effects: folders.map((folder) => text('infrastructure.effect.folder', { ...folder })),
      mutates: true,
      needs: [],
      weight: 2,
      input: { host: host.name, folders },
    };
    return [step];
  });
}

function namespaceStep({ site, release }: PlanInput): StepPlan<NamespaceInput> {
  const { namespace, certificates, manifests } = release.file;
  const own = renderDocuments({ site, release, paths: manifests }).find(
    ({ kind, metadata }) => kind === 'Namespace' && metadata.name === namespace,
  );
  const plain: KubernetesObject = labelled(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    release,
  );
  const registry = site.registry;
  const pull =
    registry === undefined
      ? []
      : [
          text('infrastructure.effect.pull-secret', {
            namespace,
            name: pullSecretName,
            user: registry.user,
            registry: registryHost(site),
          }),
        ];
  return {
    id: `infrastructure/namespace/${clusterTarget}`,
    stage: 'infrastructure',
    kind: 'namespace',
    target: clusterTarget,
    effects: [
      text('infrastructure.effect.namespace', { namespace }),
      ...pull,
      ...certificates.map(({ name, secret }) => text('infrastructure.effect.tls-secret', { namespace, name, secret })),
    ],
    mutates: true,
    needs: [],
    weight: 3,
    input: { namespace: own ?? plain, certificates: certificates.map(({ name, secret }) => ({ name, secret })) },
  };
}

function objectSteps({ site, release }: PlanInput): readonly StepPlan<ObjectsInput>[] {
  return (['storage', 'monitoring'] as const).flatMap((area) => {
    const objects = renderDocuments({ site, release, paths: release.file[area] });
    if (objects.length === 0) return [];
    const step: StepPlan<ObjectsInput> = {
      id: `infrastructure/${area}/${clusterTarget}`,
      stage: 'infrastructure',
      kind: area,
      target: clusterTarget,
      effects: objects.map(effectOf),
      mutates: true,
      needs: [`infrastructure/namespace/${clusterTarget}`],
      weight: 2,
      input: { area, objects },
    };
    return [step];
  });
}

function databaseStep({ release }: PlanInput): StepPlan<DatabaseInput> {
  const { name, owner } = release.file.database;
  return {
    id: `infrastructure/database/${databaseTarget}`,
    stage: 'infrastructure',
    kind: 'database',
    target: databaseTarget,
    effects: [
      text('infrastructure.effect.role', { owner }),
      text('infrastructure.effect.database', { name, owner }),
      text('infrastructure.effect.schema', { owner }),
    ],
    mutates: true,
    needs: [],
    weight: 3,
    input: { name, owner },
  };
}
