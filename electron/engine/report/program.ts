import { z } from 'zod';
import { catalogueHeads } from '../checks/catalogue.ts';
import { canonicalJson, sha256 } from '../evidence/canonical.ts';

/** What judged: the program, and the catalogue of checks that it brought along. */
export const programSchema = z.strictObject({
  name: z.string(),
  /** As package.json has it. */
  version: z.string(),
  checks: z.strictObject({
    count: z.number().int(),
    /** SHA-256 over what every check says about itself (id, severity, limits, must-pass), hex. */
    digest: z.string(),
  }),
});
export type Program = z.infer<typeof programSchema>;

/** This program. */
export function thisProgram(): Program {
  const heads = [...catalogueHeads.values()]
    .map(({ id, category, clause, severity, mustPass, limits }) => ({
      id,
      category,
      clause,
      severity,
      mustPass,
      limits: limits ?? null,
    }))
    .sort((one, other) => (one.id < other.id ? -1 : 1));
  return {
    name: 'Sitewright',
    version: '0.1.0',
    checks: { count: heads.length, digest: sha256(canonicalJson(heads)) },
  };
}
