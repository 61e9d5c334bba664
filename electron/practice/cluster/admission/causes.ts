import type { Cause } from '../api/problem.ts';

/** Collects the reasons of a refusal while an object is looked at. */
export type Causes = {
  readonly list: Cause[];
  readonly required: (field: string, detail?: string) => void;
  readonly invalid: (field: string, value: unknown, detail: string) => void;
  readonly unsupported: (field: string, value: unknown, allowed: readonly string[]) => void;
  readonly duplicate: (field: string, value: unknown) => void;
  readonly forbidden: (field: string, detail: string) => void;
};

export function causes(): Causes {
  const list: Cause[] = [];
  const add = (reason: string, field: string, message: string): number => list.push({ reason, field, message });
  return {
    list,
    required: (field, detail) =>
      add('FieldValueRequired', field, `Required value${detail === undefined ? '' : `: ${detail}`}`),
    invalid: (field, value, detail) =>
      add('FieldValueInvalid', field, `Invalid value: ${JSON.stringify(value)}: ${detail}`),
    unsupported: (field, value, allowed) =>
      add(
        'FieldValueNotSupported',
        field,
        `Unsupported value: ${JSON.stringify(value)}: supported values: ${allowed.map((each) => `"${each}"`).join(', ')}`,
      ),
    duplicate: (field, value) => add('FieldValueDuplicate', field, `Duplicate value: ${JSON.stringify(value)}`),
    forbidden: (field, detail) => add('FieldValueForbidden', field, `Forbidden: ${detail}`),
  };
}
