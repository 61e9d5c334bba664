import { type CheckHead, clauses } from './model.ts';

const common = { category: 'inventory', clause: clauses.dependencies } as const;

/** What the inventory stage judges; the verdicts are given by its steps, which see the connection itself. */
export const inventoryChecks = {
  connect: {
    id: 'host.ssh-connect',
    category: 'host',
    clause: clauses.dependencies,
    severity: 'critical',
    mustPass: true,
  },
  latency: {
    id: 'host.ssh-latency',
    category: 'host',
    clause: clauses.environment,
    severity: 'major',
    mustPass: false,
    limits: { direction: 'at-most', minimum: 10, recommended: 1 },
  },
  shell: {
    id: 'permission.shell',
    category: 'permission',
    clause: clauses.dependencies,
    severity: 'critical',
    mustPass: true,
  },
  cleanOutput: {
    id: 'permission.clean-output',
    category: 'permission',
    clause: clauses.dependencies,
    severity: 'minor',
    mustPass: false,
  },
  become: {
    id: 'permission.become',
    category: 'permission',
    clause: clauses.dependencies,
    severity: 'critical',
    mustPass: true,
  },
  roles: { ...common, id: 'inventory.roles', severity: 'critical', mustPass: true },
  jumpHost: { ...common, id: 'inventory.jump-host', severity: 'critical', mustPass: true },
  endpoints: { ...common, id: 'inventory.endpoints', severity: 'critical', mustPass: true },
  credentials: { ...common, id: 'inventory.credentials', severity: 'critical', mustPass: true },
  addresses: { ...common, id: 'inventory.addresses', severity: 'major', mustPass: true },
} as const satisfies Record<string, CheckHead>;

export const inventoryHeads: readonly CheckHead[] = Object.values(inventoryChecks);
