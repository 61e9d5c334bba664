import type { StepPlan } from '../../plan/step.ts';

export type RegistryInput = { readonly url: string };
export type DatabaseInput = { readonly address: string; readonly port: number; readonly servername: string };
export type ClusterInput = { readonly server: string };

export type DependenciesPlan = StepPlan<RegistryInput> | StepPlan<DatabaseInput> | StepPlan<ClusterInput>;
