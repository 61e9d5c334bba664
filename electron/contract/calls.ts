import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import {
  bundleDetailsSchema,
  bundleVerifyEventSchema,
  bundleViewSchema,
  deltaViewSchema,
  inventoryViewSchema,
} from './bundles.ts';
import { call, site } from './call.ts';
import { imageProofSchema, nodeImportReportSchema, pushEventSchema, pushPlanSchema } from './images.ts';
import { pathReportSchema } from './path-test.ts';
import { recordCalls } from './record-calls.ts';
import { registryTargetSchema } from './registry-target.ts';
import { hostSchema, siteChangeSchema, siteSchema } from './site.ts';
import {
  errorViewSchema,
  logPlaceSchema,
  planViewSchema,
  siteSummarySchema,
  textSchema,
  walkEventSchema,
  walkViewSchema,
} from './views.ts';

const bundle = { bundle: z.array(z.string()).min(1) };

const imageTarget = z.object({ target: registryTargetSchema, ...bundle });

const cell = z.object({ row: z.number(), column: z.string(), value: z.string(), problem: textSchema });
const inventory = site.extend({ format: z.enum(['csv', 'xlsx', 'yaml']), contentBase64: z.string() });

/** Everything that a face can ask of the engine; a test holds that each call has its command. */
export const contract = {
  /** What this engine is, and the bundles that lie ready in its data folder. */
  info: call('info').output(
    z.object({ version: z.string(), home: z.string(), bundles: z.array(z.string()), practice: z.boolean() }),
  ),
  site: {
    list: call('site list').output(z.array(siteSummarySchema)),
    show: call('site show').input(site).output(siteSchema),
    create: call('site create')
      .input(
        siteSchema
          .partial({ hosts: true, project: true, parameters: true })
          .extend({ format: z.literal(1).default(1) }),
      )
      .output(siteSchema),
    update: call('site update')
      .input(site.extend({ change: siteChangeSchema }))
      .output(siteSchema),
    checkInventory: call('site check-inventory')
      .input(inventory)
      .output(
        z.object({
          hosts: siteSchema.shape.hosts,
          problems: z.array(cell),
          /** The table as it was read, good or not; cells by their known columns. */
          rows: z.array(z.object({ row: z.number(), cells: z.record(z.string(), z.string()) })),
        }),
      ),
    importInventory: call('site import').input(inventory).output(siteSchema),
    /** An inventory that can be imported as it is, to start from. */
    example: call('site example').output(z.object({ csv: z.string() })),
    /** Signs in to one host, of the inventory or as given, and has root answer. Changes nothing there; a new host key is pinned. */
    testHost: call('site test')
      .input(site.extend({ host: z.union([z.string(), hostSchema]) }))
      .output(
        z.object({
          ok: z.boolean(),
          /** Fingerprint that the host proved, `SHA256:...`. */
          hostKey: z.string().optional(),
          /** One command there and back on the open connection, ms. */
          ms: z.number().optional(),
          error: errorViewSchema.optional(),
        }),
      ),
    trust: call('site trust')
      .input(site.extend({ host: z.string(), fingerprint: z.string() }))
      .output(z.object({})),
    /** Reads which blobs and manifests the registry holds, and writes them to a file, signed by the site's key. */
    exportInventory: call('site inventory export')
      .input(
        z.object({
          target: registryTargetSchema,
          /** The release whose repositories are read; that of the site's last run where absent. */
          bundle: z.array(z.string()).min(1).optional(),
          out: z.string(),
        }),
      )
      .output(inventoryViewSchema),
    trustBundleKey: call('site trust-bundle')
      .input(site.extend({ key: z.string() }))
      .output(z.object({})),
  },
  vault: {
    unlock: call('vault unlock')
      .input(site.extend({ passphrase: z.string().min(1) }))
      .output(z.object({})),
    set: call('vault set')
      .input(site.extend({ name: z.string().min(1), value: z.string().min(1) }))
      .output(z.object({})),
    list: call('vault list').input(site).output(z.array(z.string())),
    /** Shows one secret, for handing over initial passwords; the journal keeps that it was shown. */
    reveal: call('vault reveal')
      .input(site.extend({ name: z.string() }))
      .output(z.object({ value: z.string() })),
  },
  bundle: {
    build: call('bundle build')
      .input(
        z.object({
          /** Folder of a release. */
          source: z.string().optional(),
          /** Or images only: OCI layouts, tars of images, folders of such, addresses of images at registries. */
          images: z.array(z.string()).min(1).optional(),
          /** PEM certificates to trust besides the public ones, where images come from a registry. */
          authorities: z.array(z.string()).optional(),
          out: z.string(),
          key: z.string().optional(),
          /** Largest part, bytes. */
          partSize: z.number().optional(),
        }),
      )
      .output(bundleViewSchema),
    inspect: call('bundle inspect')
      .input(z.object({ ...bundle, sbom: z.boolean().default(false) }))
      .output(bundleDetailsSchema),
    /** Reads every part and blob; leaving early cancels. */
    verify: call('bundle verify').input(z.object(bundle)).output(eventIterator(bundleVerifyEventSchema)),
    /** A bundle of what a site lacks, by its signed inventory. */
    delta: call('bundle delta')
      .input(
        z.object({
          ...bundle,
          /** File of the site's inventory. */
          base: z.string(),
          /** Folders of a bundle that the site's layers lie in: changed layers then travel as patches. */
          from: z.array(z.string()).min(1).optional(),
          /** Fingerprint that the inventory's signer must have. */
          siteKey: z.string().optional(),
          out: z.string(),
          key: z.string().optional(),
          partSize: z.number().optional(),
        }),
      )
      .output(deltaViewSchema),
  },
  images: {
    /** What a push would send; asks the registry and changes nothing. */
    plan: call('images plan').input(imageTarget).output(pushPlanSchema),
    /** Sends a throwaway image the whole way, reads it back and takes it away; names what is wrong. No `bundle`: a place below the prefix. */
    pathTest: call('images path-test')
      .input(z.object({ target: registryTargetSchema, bundle: z.array(z.string()).min(1).optional() }))
      .output(pathReportSchema),
    /** Sends what is missing, tags last, then reads everything back. Goes on with what an earlier call left open. */
    push: call('images push')
      .input(imageTarget.extend({ streams: z.number().int().min(1).max(32).optional() }))
      .output(eventIterator(pushEventSchema)),
    /** Stops a push to this registry at the next point from which nothing is sent again. */
    pause: call('images pause')
      .input(z.object({ target: registryTargetSchema }))
      .output(z.object({ paused: z.boolean() })),
    /** Asks for every blob, and reads every manifest and tag back; with `content` also the bytes of every blob. */
    verify: call('images verify')
      .input(imageTarget.extend({ content: z.boolean().optional() }))
      .output(z.array(imageProofSchema)),
    /** Brings them into the containerd of nodes over SSH, and asks there whether all is complete. No `hosts`: all that run containers. */
    import: call('images import')
      .input(site.extend(bundle).extend({ hosts: z.array(z.string()).min(1).optional() }))
      .output(z.array(nodeImportReportSchema)),
  },
  plan: {
    show: call('plan').input(site.extend(bundle)).output(planViewSchema),
  },
  walk: {
    /** Starts the plan that was seen: `plan` is its digest. Returns at once; watch for the end. */
    start: call('walk')
      .input(site.extend(bundle).extend({ plan: z.string() }))
      .output(walkViewSchema),
    resume: call('resume').input(site.extend(bundle)).output(walkViewSchema),
    cancel: call('cancel').input(site).output(z.object({})),
    /** Stops it where nothing has to be done again: what is at work is finished, a transfer ends with the request in flight. */
    pause: call('pause').input(site).output(z.object({})),
    /** Gives a stopped run up: it stays cancelled for good. What it did on the hosts stays there. */
    abandon: call('abandon').input(site).output(z.object({})),
    state: call('state').input(site).output(walkViewSchema),
    /** A snapshot first, with `after` the log lines kept since that place, then notices until the run ends. */
    watch: call('watch')
      .input(site.extend({ after: logPlaceSchema.optional() }))
      .output(eventIterator(walkEventSchema)),
  },
  ...recordCalls,
  practice: {
    /** Brings up the practice site and makes its site here; `folder` keeps its servers' data. */
    open: call('practice open')
      .input(z.object({ folder: z.string().optional() }))
      .output(z.object({ site: z.string(), folder: z.string() })),
    close: call('practice close').output(z.object({})),
  },
} as const;

export type Contract = typeof contract;
