import { z } from 'zod';
import { textSchema } from './views.ts';

/** Last part of the names of the repositories that throwaway content goes to, and its tag: always the same, so that nothing piles up. */
export const throwawayName = 'sitewright-path-test';

/** What is tried on the way to a registry, in this order; after a failed one the rest is skipped. */
export const pathProbes = [
  'connect',
  'sign-in',
  'open-upload',
  'send',
  'read-back',
  'chunks',
  'large-body',
  'manifest',
  'tag-again',
  'pull',
  'mount',
  'projects',
  'delete',
] as const;
export type PathProbeId = (typeof pathProbes)[number];

/**
 * Everything that the test can tell apart, and what it means for a push: `failed` it would fail, `warning` it works with a
 * loss, `not-applicable` the registry does not offer it and nothing is lost.
 */
export const pathCauses = {
  'name-unknown': 'failed',
  refused: 'failed',
  filtered: 'failed',
  'no-route': 'failed',
  closed: 'failed',
  stalled: 'failed',
  'not-tls': 'failed',
  'tls-expected': 'failed',
  'other-protocol': 'failed',
  'tls-failed': 'failed',
  'unknown-authority': 'failed',
  'wrong-name': 'failed',
  expired: 'failed',
  'not-yet-valid': 'failed',
  'wrong-fingerprint': 'failed',
  redirected: 'failed',
  'not-a-registry': 'failed',
  'no-upstream': 'failed',
  'token-address': 'failed',
  'no-account': 'failed',
  'wrong-credentials': 'failed',
  'no-push-right': 'failed',
  'no-access': 'failed',
  'project-missing': 'failed',
  'path-too-deep': 'failed',
  'read-only': 'failed',
  quota: 'failed',
  'disk-full': 'failed',
  busy: 'failed',
  'location-scheme': 'failed',
  'location-host': 'failed',
  'body-limit': 'warning',
  'body-limit-tiny': 'failed',
  'proxy-timeout': 'failed',
  'content-gone': 'failed',
  'content-changed': 'failed',
  'store-address': 'failed',
  'chunks-lost': 'warning',
  'not-resumable': 'warning',
  'manifest-refused': 'failed',
  'tag-immutable': 'warning',
  'mount-not-offered': 'not-applicable',
  'delete-not-offered': 'not-applicable',
  unexpected: 'failed',
} as const satisfies Record<string, 'failed' | 'warning' | 'not-applicable'>;
export type PathCause = keyof typeof pathCauses;

export const pathProbeSchema = z.object({
  id: z.enum(pathProbes),
  status: z.enum(['passed', 'warning', 'failed', 'not-applicable', 'skipped']),
  cause: z.enum(Object.keys(pathCauses) as [PathCause, ...PathCause[]]).optional(),
  title: textSchema,
  expected: textSchema,
  /** What was found, in words. */
  actual: textSchema,
  /** What makes it good, where something is wrong. */
  fix: textSchema.optional(),
  /** The other side's own words: status and the beginning of the answer, or an errno. */
  observed: z.string(),
  ms: z.number(),
});
export type PathProbe = z.infer<typeof pathProbeSchema>;

export const pathReportSchema = z.object({
  registry: z.string(),
  /** Where the throwaway content went. */
  repository: z.string(),
  /** The worst of all probes. */
  verdict: z.enum(['passed', 'warning', 'failed']),
  probes: z.array(pathProbeSchema),
  bytesSent: z.number(),
  seconds: z.number(),
  /** How fast this computer's bytes went in, bytes per second; absent where nothing could be sent. */
  uplink: z.number().optional(),
  /** Largest body that came through where one was refused for its size, bytes. */
  bodyLimit: z.number().optional(),
  /** What of an upload survives a cut. */
  resumes: z.enum(['bytes', 'requests', 'nothing']).optional(),
  /** What could not be taken away again. */
  left: z.array(z.string()),
});
export type PathReport = z.infer<typeof pathReportSchema>;
