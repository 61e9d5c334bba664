import { z } from 'zod';

/** What a host is for. A host may have several roles. */
export const hostRoles = [
  'control-plane',
  'worker',
  'database',
  'registry',
  'monitoring',
  'load-balancer',
  'jump-host',
] as const;
export type HostRole = (typeof hostRoles)[number];

const name = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'lower-case letters, digits and hyphens, 1 to 63');
/** Name of a vault entry; the site holds references only, never a secret. */
const credential = z.string().min(1);
const port = z.number().int().min(1).max(65535);

export const hostSchema = z.strictObject({
  name,
  /** Name or IP address that the laptop reaches. */
  address: z.string().min(1),
  port: port.default(22),
  user: z.string().min(1),
  credential,
  roles: z.array(z.enum(hostRoles)).min(1),
  /** How root is had: the account is root, sudo without a password, or sudo with the account's own. */
  become: z.enum(['root', 'sudo', 'sudo-password']).default('root'),
  /** Socket of its containerd, where that is neither the usual one nor that of k3s and RKE2. */
  containerd: z
    .string()
    .regex(/^\/[^\s]+$/)
    .optional(),
});
export type Host = z.infer<typeof hostSchema>;

/** A registry that the walk starts from the bundle, on the endpoint's host and at the port of its address. */
export const managedRegistrySchema = z.strictObject({
  /** Folder of the images; made where it is not there. */
  dataFolder: z
    .string()
    .regex(/^(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._-]+)+$/)
    .default('/var/lib/sitewright/registry'),
  /** IP address that it listens on, where not on all of the host's. */
  listen: z.union([z.ipv4(), z.ipv6()]).optional(),
});

const registryFields = z.strictObject({
  /** Scheme, host and port, e.g. `https://registry.example:5000`. */
  url: z.url(),
  /** Path before every repository, e.g. a Harbor project. Empty for none. */
  prefix: z.string().default(''),
  user: z.string(),
  credential,
  /** Host of the inventory that runs it; its certificate files are written there. */
  host: name,
  /** DNS names, besides the address, that the certificate carries. */
  names: z.array(z.string()).default([]),
  /** Absent: the registry is there already. */
  managed: managedRegistrySchema.optional(),
});
export const registryEndpointSchema = registryFields.refine(
  ({ url, managed }) => managed === undefined || /^https:\/\/[^/]+\/?$/.test(url),
  { path: ['url'], message: 'https://host:port, where the walk starts the registry' },
);

export const kubernetesEndpointSchema = z.strictObject({
  /** Vault entry holding the kubeconfig (YAML). */
  kubeconfig: credential,
  server: z.url(),
});

export const databaseEndpointSchema = z.strictObject({
  kind: z.enum(['postgresql']),
  address: z.string(),
  port,
  /** Administrative account, which may create roles and databases. */
  user: z.string(),
  credential,
  host: name,
  names: z.array(z.string()).default([]),
});

export const projectSchema = z.strictObject({
  customer: z.string().default(''),
  contractor: z.string().default(''),
  supervisor: z.string().default(''),
  contract: z.string().default(''),
  place: z.string().default(''),
  document: z.string().default(''),
  revision: z.string().default('A'),
  phase: z.enum(['initial', 'trial', 'final']).default('initial'),
});
export type Project = z.infer<typeof projectSchema>;

export const siteSchema = z.strictObject({
  format: z.literal(1),
  name,
  title: z.string().min(1),
  /** A practice site says so on every page of its report. */
  practice: z.boolean().default(false),
  mode: z.enum(['private', 'hybrid', 'public']).default('private'),
  /** Set of thresholds; explicit, never inferred. */
  profile: z.enum(['poc', 'production']),
  /** Offset of the site's clock from UTC in minutes, for every time that is shown. */
  utcOffsetMinutes: z.number().int().min(-840).max(840).default(480),
  operator: z.string().default(''),
  project: projectSchema,
  hosts: z.array(hostSchema),
  registry: registryEndpointSchema.optional(),
  kubernetes: kubernetesEndpointSchema.optional(),
  database: databaseEndpointSchema.optional(),
  /** Values for the release's configuration schema. */
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
});
export type Site = z.infer<typeof siteSchema>;

export const isJumpHost = ({ roles }: Pick<Host, 'roles'>): boolean => roles.includes('jump-host');

/** The host through which the others and all services are reached over SSH; undefined where the laptop reaches them itself. */
export function jumpHostOf({ hosts }: Pick<Site, 'hosts'>): Host | undefined {
  return hosts.find(isJumpHost);
}

/** Whether the system runs on a host: one that is only passed through is neither judged nor changed. */
export function isSystemHost({ roles }: Pick<Host, 'roles'>): boolean {
  return roles.some((role) => role !== 'jump-host');
}

const project = projectSchema.shape;
const fields = siteSchema.shape;
/**
 * A change of some fields. What is absent stays as it was: the schemas here have no defaults, which would fill it in.
 * `null` takes an endpoint out.
 */
export const siteChangeSchema = z
  .strictObject({
    title: fields.title,
    mode: fields.mode.unwrap(),
    profile: fields.profile,
    utcOffsetMinutes: fields.utcOffsetMinutes.unwrap(),
    operator: fields.operator.unwrap(),
    project: z
      .strictObject({
        customer: project.customer.unwrap(),
        contractor: project.contractor.unwrap(),
        supervisor: project.supervisor.unwrap(),
        contract: project.contract.unwrap(),
        place: project.place.unwrap(),
        document: project.document.unwrap(),
        revision: project.revision.unwrap(),
        phase: project.phase.unwrap(),
      })
      .partial(),
    hosts: fields.hosts,
    registry: registryEndpointSchema.nullable(),
    kubernetes: kubernetesEndpointSchema.nullable(),
    database: databaseEndpointSchema.nullable(),
    parameters: fields.parameters.unwrap(),
  })
  .partial();
export type SiteChange = z.infer<typeof siteChangeSchema>;
export type RegistryEndpoint = z.infer<typeof registryEndpointSchema>;
export type DatabaseEndpoint = z.infer<typeof databaseEndpointSchema>;

export const waiverSchema = z.strictObject({
  id: z.string(),
  check: z.string().min(1),
  /** Subjects (host or endpoint names) that it covers; empty covers all. */
  subjects: z.array(z.string()).default([]),
  reason: z.string().trim().min(1),
  approver: z.string().trim().min(1),
  /** When it was recorded, ISO 8601. */
  created: z.string(),
  /** Last day on which it counts, `YYYY-MM-DD`. */
  expires: z.iso.date(),
});
export type Waiver = z.infer<typeof waiverSchema>;
