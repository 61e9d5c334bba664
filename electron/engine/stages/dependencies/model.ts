import type { RegistryHost } from '../../images/registry-host/settings.ts';
import type { StepPlan } from '../../plan/step.ts';

export type RegistryInput = { readonly url: string };
/** The registry that the bundle brings, before it is started. */
export type RegistryHostInput = { readonly registry: RegistryHost };
/** How many blobs a delta leaves out. */
export type BaseInput = { readonly blobs: number };
export type DatabaseInput = { readonly address: string; readonly port: number; readonly servername: string };
export type ClusterInput = { readonly server: string };

export type DependenciesPlan =
  | StepPlan<RegistryInput>
  | StepPlan<RegistryHostInput>
  | StepPlan<BaseInput>
  | StepPlan<DatabaseInput>
  | StepPlan<ClusterInput>;
