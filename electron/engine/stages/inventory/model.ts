import type { StepPlan } from '../../plan/step.ts';

export type ConnectInput = { readonly host: string };
export type ConsistencyInput = { readonly roles: readonly string[] };

export type InventoryPlan = StepPlan<ConnectInput> | StepPlan<ConsistencyInput>;
