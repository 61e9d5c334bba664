import { z } from 'zod';
import { suiteSchema } from './schema.ts';

/** JSON Schema (draft 2020-12) of a suite, for editors; kept at `bundles/schema/suite.schema.json`. */
export function suiteJsonSchema(): string {
  const schema = z.toJSONSchema(suiteSchema, { io: 'input', unrepresentable: 'any', reused: 'ref' });
  return `${JSON.stringify({ title: 'Sitewright verification suite', ...schema }, null, 2)}\n`;
}
