import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { SitewrightError } from '../../contract/errors.ts';
import type { Site } from '../../contract/site.ts';
import { type Text, text, verbatim } from '../../contract/text.ts';
import type { Release } from '../bundle/release.ts';
import { isRecord, type JsonRecord } from '../drivers/kubernetes/json.ts';
import { joinTexts } from './words.ts';

export type ParameterValue = string | number | boolean;
export type Parameters = Readonly<Record<string, ParameterValue>>;
export type ParameterProblem = { readonly name: string; readonly problem: Text };

/**
 * The site's parameters with the defaults of the release's JSON schema (draft 2020-12), and what is wrong with each.
 * Error: release-invalid when the schema itself cannot be used.
 */
export function judgeParameters(
  site: Site,
  release: Release,
): { readonly values: Parameters; readonly problems: readonly ParameterProblem[] } {
  const file = release.file.parameters;
  const values: Record<string, ParameterValue> = structuredClone(site.parameters);
  let validate: ReturnType<Ajv2020['compile']>;
  try {
    const ajv = new Ajv2020({ allErrors: true, useDefaults: true, strict: false });
    formats.default(ajv);
    validate = ajv.compile(schemaOf(release));
  } catch (error) {
    if (error instanceof SitewrightError) throw error;
    throw new SitewrightError('release-invalid', {
      file,
      problem: error instanceof Error ? error.message : 'not a JSON schema',
    });
  }
  validate(values);
  return { values, problems: (validate.errors ?? []).map(problemOf) };
}

/** The valid parameters. Error: parameters-invalid with every field that is wrong. */
export function parametersOf(site: Site, release: Release): Parameters {
  const { values, problems } = judgeParameters(site, release);
  if (problems.length === 0) return values;
  const words = problems.map(({ name, problem }) => text('services.parameters.problem', { name, problem }));
  throw new SitewrightError('parameters-invalid', { problems: joinTexts(words) });
}

function schemaOf(release: Release): JsonRecord {
  const file = release.file.parameters;
  const found = release.texts.get(file);
  if (found === undefined) throw new SitewrightError('release-invalid', { file, problem: 'missing' });
  const schema: unknown = JSON.parse(found.content);
  if (isRecord(schema)) return schema;
  throw new SitewrightError('release-invalid', { file, problem: 'not a JSON schema' });
}

function problemOf(error: ErrorObject): ParameterProblem {
  const params: JsonRecord = error.params;
  const field = error.instancePath.replace(/^\//, '');
  const missing = params.missingProperty ?? params.additionalProperty;
  return {
    name: typeof missing === 'string' ? [field, missing].filter((part) => part !== '').join('/') : field,
    problem: wordsOf(error, params),
  };
}

function wordsOf(error: ErrorObject, params: JsonRecord): Text {
  const limit = String(params.limit ?? '');
  switch (error.keyword) {
    case 'required':
      return text('services.parameters.required');
    case 'additionalProperties':
      return text('services.parameters.unknown');
    case 'type':
      return text('services.parameters.type', { type: String(params.type) });
    case 'enum':
      return text('services.parameters.enum', {
        values: Array.isArray(params.allowedValues) ? params.allowedValues.join(', ') : '',
      });
    case 'minimum':
    case 'minLength':
      return text(`services.parameters.${error.keyword}`, { limit });
    case 'maximum':
    case 'maxLength':
      return text(`services.parameters.${error.keyword}`, { limit });
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return text(`services.parameters.${error.keyword}`, { limit });
    case 'pattern':
      return text('services.parameters.pattern', { pattern: String(params.pattern) });
    case 'format':
      return text('services.parameters.format', { format: String(params.format) });
    default:
      return verbatim(error.message ?? error.keyword);
  }
}
