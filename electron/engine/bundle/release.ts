import { z } from 'zod';
import { digestSchema as digest } from './digest.ts';
import type { BundleSignature } from './signature.ts';

/**
 * The release inside a bundle: `release.yaml` and the documents that it names, read once when a bundle is opened.
 * Small texts (manifests, migrations, suites) are in memory; images and historical data are reached by digest.
 */
const localText = z.strictObject({ 'zh-CN': z.string().min(1), 'en-US': z.string().min(1) });

/** A table of historical data: gzip CSV with a header line, loaded by COPY in checkpointed batches. */
export const historySchema = z.strictObject({
  table: z.string(),
  columns: z.array(z.string()).min(1),
  /** Columns that identify a row, for the proof of no double and no lost row. */
  key: z.array(z.string()).min(1),
  file: z.string(),
  /** TypeScript module whose `rows()` and `columns` make the file while a bundle is built; a bundle does not name it. */
  generator: z.string().optional(),
  /** Data rows in the file; the bundle build counts them. */
  rows: z.number().int().optional(),
  /** How many rows may be rejected before the import stops. */
  rejectLimit: z.number().int().default(0),
  /** Foreign keys to prove after the import: every value of `column` exists in `table.column`. */
  references: z.array(z.strictObject({ column: z.string(), table: z.string(), target: z.string() })).default([]),
});
export type History = z.infer<typeof historySchema>;

/** A certificate that the release needs for one of its services, put into a `kubernetes.io/tls` Secret. */
export const releaseCertificateSchema = z.strictObject({
  name: z.string(),
  secret: z.string(),
  /** DNS names; the addresses of the nodes are added by the plan. */
  names: z.array(z.string()).min(1),
});

/** A service that the site reaches from outside: the engine asks it for health, and suites name it. */
export const releaseServiceSchema = z.strictObject({
  name: z.string(),
  title: localText,
  /** Kubernetes Service of type NodePort, and the name of its port. */
  service: z.string(),
  port: z.string(),
  scheme: z.enum(['https', 'http']),
  /** Host name to verify in the certificate (SNI). */
  hostname: z.string(),
  health: z.string(),
  ready: z.string(),
  metrics: z.string().optional(),
  availability: z.enum(['single', 'primary-standby', 'active-active']),
});

/** Architectures of hosts, as images and programs name them. */
export const architectures = ['amd64', 'arm64'] as const;
export type Architecture = (typeof architectures)[number];

/** The registry that a release brings for sites without one: distribution 3, one static program per architecture of Linux. */
export const registryProgramSchema = z.strictObject({
  version: z.string().regex(/^3\.\d+\.\d+$/),
  /** SPDX expression, and the file with the licence's text. */
  licence: z.strictObject({ id: z.string().min(1), file: z.string() }),
  programs: z
    .strictObject({ amd64: z.string().optional(), arm64: z.string().optional() })
    .refine((programs) => Object.keys(programs).length > 0, 'names no program'),
});
export type RegistryProgram = z.infer<typeof registryProgramSchema>;

/** `release.yaml`. Paths are relative to it and use `/`. */
export const releaseFileSchema = z.strictObject({
  format: z.literal(1),
  name: z.string().regex(/^[a-z0-9-]+$/),
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  title: localText,
  vendor: localText,
  architectures: z.array(z.enum(architectures)).min(1),
  /** Image references as the manifests write them (`energy/api:4.2.0`), and where the build finds them. */
  images: z.array(z.strictObject({ reference: z.string(), source: z.string() })),
  /** Images that no manifest names in a field `image`: operators start them by their arguments or settings. Each is one of `images`. */
  operatorImages: z.array(z.string()).optional(),
  /** The image that holds a pod's namespaces (`sandbox_image` of containerd), where the release brings it. One of `images`. */
  pauseImage: z.string().optional(),
  /** Started on a host of a site that asks for it; see `managed` of the site's registry. */
  registry: registryProgramSchema.optional(),
  parameters: z.string(),
  checks: z.string(),
  namespace: z.string(),
  manifests: z.array(z.string()),
  /** Manifests that need the data: applied when the data stage has filled the database. */
  jobs: z.array(z.string()).default([]),
  monitoring: z.array(z.string()).default([]),
  storage: z.array(z.string()).default([]),
  certificates: z.array(releaseCertificateSchema).default([]),
  services: z.array(releaseServiceSchema).min(1),
  /** Folders that the release wants on hosts with a role. */
  folders: z
    .array(
      z.strictObject({
        role: z.string(),
        path: z.string(),
        mode: z.string().regex(/^0[0-7]{3}$/),
        uid: z.number(),
        gid: z.number(),
      }),
    )
    .default([]),
  database: z.strictObject({
    kind: z.enum(['postgresql']),
    name: z.string().regex(/^[a-z][a-z0-9_]*$/),
    owner: z.string().regex(/^[a-z][a-z0-9_]*$/),
    /** Oldest and newest server version that is supported (major). */
    minimum: z.number().int(),
    maximum: z.number().int(),
    /** Sum of the connection pools of all components. */
    connections: z.number().int(),
    migrations: z.array(z.string()),
    configuration: z.array(z.string()),
    history: z.array(historySchema),
  }),
  suites: z.array(z.string()),
  documents: z
    .array(z.strictObject({ title: localText, file: z.strictObject({ 'zh-CN': z.string(), 'en-US': z.string() }) }))
    .default([]),
});
export type ReleaseFile = z.infer<typeof releaseFileSchema>;

/** One text document of the release with its digest over the exact bytes. */
export type ReleaseText = { readonly path: string; readonly digest: string; readonly content: string };

/** One image of the release: reference as written in manifests, repository, tag, and the digest it resolves to. */
export const releaseImageSchema = z.strictObject({
  reference: z.string(),
  repository: z.string(),
  tag: z.string(),
  digest,
  mediaType: z.string(),
  size: z.number(),
});
export type ReleaseImage = z.infer<typeof releaseImageSchema>;

/** The opened release. `file` is the parsed `release.yaml`; lists of paths are resolved to texts. */
export type Release = {
  readonly file: ReleaseFile;
  /** Digest of the bundle's manifest: names exactly this release build. */
  readonly digest: string;
  readonly signature: BundleSignature;
  readonly images: readonly ReleaseImage[];
  /** Blobs that a delta leaves out because the site's registry holds them; absent in a whole bundle. */
  readonly base?: { readonly blobs: number };
  /** Any text file named by `release.yaml`, by its path. */
  readonly texts: ReadonlyMap<string, ReleaseText>;
  /** Binary files (history) by path: reached through `Bundle.open(digest)`. */
  readonly blobs: ReadonlyMap<string, { readonly digest: string; readonly size: number }>;
};
