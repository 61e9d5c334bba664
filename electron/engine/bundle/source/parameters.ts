import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { z } from 'zod';
import { text } from '../../../contract/text.ts';
import { invalid } from './place.ts';

const schemaShape = z.looseObject({
  type: z.literal('object'),
  properties: z.record(
    z.string(),
    z.looseObject({ title: z.string(), type: z.enum(['string', 'number', 'integer', 'boolean']) }),
  ),
});

/** Reads the JSON schema of the parameters and gives their names. A default must fit its own schema. Error: release-invalid. */
export function readParameterSchema(file: string, content: string): ReadonlySet<string> {
  let schema: z.infer<typeof schemaShape>;
  try {
    schema = schemaShape.parse(JSON.parse(content));
  } catch (error) {
    throw invalid(file, text('bundle.problem.schema'), error);
  }
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  try {
    ajv.compile(schema);
  } catch (error) {
    throw invalid(file, text('bundle.problem.schema'), error);
  }
  for (const [name, property] of Object.entries(schema.properties)) {
    if ('default' in property && !ajv.validate(property, property.default)) {
      throw invalid(file, text('bundle.problem.default', { name }));
    }
  }
  return new Set(Object.keys(schema.properties));
}
