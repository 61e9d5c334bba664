import { parseDocument } from 'yaml';
import { z } from 'zod';
import { SitewrightError } from '../../contract/errors.ts';
import { hostRoles, type Site } from '../../contract/site.ts';
import type { Release } from '../bundle/release.ts';
import { catalogueHeads } from './catalogue.ts';
import type { Limit, Limits } from './model.ts';

const limitSchema = z.strictObject({ minimum: z.number().optional(), recommended: z.number().optional() });
const limitsSchema = limitSchema.extend({ roles: z.partialRecord(z.enum(hostRoles), limitSchema).optional() });
const profileSchema = z.strictObject({
  /** Checks that must pass, besides those that always must. */
  mustPass: z.array(z.string()).default([]),
  /** Limits that take the place of a check's own, by check id; figures in the check's unit. */
  thresholds: z.record(z.string(), limitsSchema).default({}),
});

/** `checks/profile.yaml` of a release: one set of thresholds for each profile of a site. */
export const profileFileSchema = z.strictObject({
  format: z.literal(1),
  profiles: z.strictObject({ poc: profileSchema, production: profileSchema }),
});

/** The thresholds that hold for one site. */
export type Profile = { readonly mustPass: readonly string[]; readonly thresholds: Readonly<Record<string, Limits>> };

/** Reads a profile strictly. Error release-invalid: unknown keys or checks, limits that contradict each other. */
export function parseProfile(file: string, content: string, name: Site['profile']): Profile {
  const invalid = (problem: string): SitewrightError => new SitewrightError('release-invalid', { file, problem });
  const document = parseDocument(content, { uniqueKeys: true });
  const fault = document.errors[0];
  if (fault !== undefined) throw invalid(fault.message.split('\n')[0] ?? fault.code);
  const parsed = profileFileSchema.safeParse(document.toJS());
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw invalid(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  for (const [profile, set] of Object.entries(parsed.data.profiles)) {
    for (const id of [...set.mustPass, ...Object.keys(set.thresholds)]) {
      if (!catalogueHeads.has(id)) throw invalid(`profiles.${profile}: unknown check ${id}`);
    }
    for (const [id, limits] of Object.entries(set.thresholds)) {
      const own = catalogueHeads.get(id)?.limits;
      if (own === undefined) throw invalid(`profiles.${profile}.thresholds.${id}: the check has no thresholds`);
      for (const limit of [limits, ...Object.values(limits.roles ?? {})]) {
        if (contradicts(limit, own.direction))
          throw invalid(`profiles.${profile}.thresholds.${id}: recommended is weaker than minimum`);
      }
    }
  }
  return parsed.data.profiles[name];
}

function contradicts(limit: Limit, direction: 'at-least' | 'at-most'): boolean {
  if (limit.minimum === undefined || limit.recommended === undefined) return false;
  return direction === 'at-least' ? limit.recommended < limit.minimum : limit.recommended > limit.minimum;
}

/** The profile of a release for a site. Error: release-invalid when the file is missing or wrong. */
export function profileOf(release: Pick<Release, 'file' | 'texts'>, name: Site['profile']): Profile {
  const file = release.file.checks;
  const document = release.texts.get(file);
  if (document === undefined)
    throw new SitewrightError('release-invalid', { file: 'release.yaml', problem: `checks: ${file}` });
  return parseProfile(file, document.content, name);
}
