import type { Kind } from '../model/kinds.ts';
import type { JsonObject } from '../model/objects.ts';

/** One reason of a refusal, as a Status names it. */
export type Cause = { readonly reason: string; readonly message: string; readonly field: string };

type Details = {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly causes?: readonly Cause[];
};

/** An answer that is not a success; its body is a Status object. */
export class ApiProblem extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: Details | undefined;

  constructor(code: number, reason: string, message: string, details?: Details) {
    super(message);
    this.name = 'ApiProblem';
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  /** The Status object on the wire. */
  status(): JsonObject {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      reason: this.reason,
      ...(this.details === undefined ? {} : { details: this.details }),
      code: this.code,
    };
  }
}

const resourceOf = (kind: Kind): string => (kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`);
const detailsOf = (kind: Kind, name: string): Details => ({
  name,
  ...(kind.group === '' ? {} : { group: kind.group }),
  kind: kind.plural,
});

export function unauthorized(): ApiProblem {
  return new ApiProblem(401, 'Unauthorized', 'Unauthorized');
}

export function noSuchPath(): ApiProblem {
  return new ApiProblem(404, 'NotFound', 'the server could not find the requested resource');
}

export function notFound(kind: Kind, name: string): ApiProblem {
  return new ApiProblem(404, 'NotFound', `${resourceOf(kind)} "${name}" not found`, detailsOf(kind, name));
}

export function alreadyExists(kind: Kind, name: string): ApiProblem {
  return new ApiProblem(409, 'AlreadyExists', `${resourceOf(kind)} "${name}" already exists`, detailsOf(kind, name));
}

/** The caller changed an older state than the present one. */
export function stale(kind: Kind, name: string): ApiProblem {
  return new ApiProblem(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${resourceOf(kind)} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
    detailsOf(kind, name),
  );
}

export function forbidden(kind: Kind, name: string, why: string): ApiProblem {
  return new ApiProblem(403, 'Forbidden', `${resourceOf(kind)} "${name}" is forbidden: ${why}`, detailsOf(kind, name));
}

export function badRequest(why: string): ApiProblem {
  return new ApiProblem(400, 'BadRequest', why);
}

export function notAllowed(): ApiProblem {
  return new ApiProblem(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');
}

export function mediaTypeRefused(type: string): ApiProblem {
  return new ApiProblem(415, 'UnsupportedMediaType', `the body of the request was in an unknown format: ${type}`);
}

/** The version asked for is no longer kept. */
export function expired(asked: string, oldest: number): ApiProblem {
  return new ApiProblem(410, 'Expired', `too old resource version: ${asked} (${oldest})`);
}

export function invalid(kind: Kind, name: string, causes: readonly Cause[]): ApiProblem {
  const list = causes.map((cause) => `${cause.field}: ${cause.message}`);
  const words = list.length === 1 ? list[0] : `[${list.join(', ')}]`;
  const subject = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
  return new ApiProblem(422, 'Invalid', `${subject} "${name}" is invalid: ${words}`, {
    ...detailsOf(kind, name),
    kind: kind.kind,
    causes,
  });
}

/** Server-side apply met fields of other managers. `conflicts` lists each field with its owner's words. */
export function applyConflict(conflicts: readonly { readonly manager: string; readonly field: string }[]): ApiProblem {
  const managers = [...new Set(conflicts.map((conflict) => conflict.manager))];
  const each = managers.map(
    (manager) =>
      `conflicts with ${manager}:\n${conflicts
        .filter((conflict) => conflict.manager === manager)
        .map((conflict) => `- ${conflict.field}`)
        .join('\n')}`,
  );
  const count = conflicts.length === 1 ? '1 conflict' : `${conflicts.length} conflicts`;
  const message =
    conflicts.length === 1 && conflicts[0] !== undefined
      ? `Apply failed with 1 conflict: conflict with ${conflicts[0].manager}: ${conflicts[0].field}`
      : `Apply failed with ${count}: ${each.join('\n')}`;
  return new ApiProblem(409, 'Conflict', message, {
    causes: conflicts.map(({ manager, field }) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${manager}`,
      field,
    })),
  });
}
