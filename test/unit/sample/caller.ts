import assert from 'node:assert/strict';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { Agent, request } from 'undici';
import { openapi } from '../../../bundles/energy/images/api/openapi.ts';

export type Reply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: never;
  readonly text: string;
};
export type Call = (
  method: string,
  path: string,
  options?: { readonly token?: string; readonly body?: unknown; readonly raw?: string },
) => Promise<Reply>;

const ajv = new Ajv2020({ strict: false });
formats.default(ajv);
ajv.addSchema(openapi, 'openapi');
const validators = new Map<string, ValidateFunction>();

const securityHeaders: Readonly<Record<string, string>> = {
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'content-security-policy': "default-src 'none'",
  'cache-control': 'no-store',
};

/** Calls a pod over verified HTTPS and holds every answer against the OpenAPI document and the security headers. */
export function createCaller(
  port: number,
  authority: string,
  connections = 8,
): { readonly call: Call; readonly close: () => Promise<void> } {
  const agent = new Agent({ connect: { ca: authority, servername: 'energy.site.internal' }, connections });
  return {
    close: () => agent.close(),
    call: async (method, path, options = {}) => {
      const answer = await request(`https://127.0.0.1:${port}${path}`, {
        method: method as 'GET',
        dispatcher: agent,
        headers: {
          ...(options.token !== undefined && { authorization: `Bearer ${options.token}` }),
          ...((options.body !== undefined || options.raw !== undefined) && { 'content-type': 'application/json' }),
        },
        ...(options.raw !== undefined
          ? { body: options.raw }
          : options.body !== undefined
            ? { body: JSON.stringify(options.body) }
            : {}),
      });
      const text = await answer.body.text();
      for (const [name, value] of Object.entries(securityHeaders))
        assert.equal(answer.headers[name], value, `${method} ${path}: ${name}`);
      const isJson = String(answer.headers['content-type'] ?? '').startsWith('application/json');
      const body = (isJson ? JSON.parse(text) : undefined) as never;
      if (path.startsWith('/api/')) checkAgainstDocument(method, path, answer.statusCode, body);
      return { status: answer.statusCode, headers: answer.headers, body, text };
    },
  };
}

function checkAgainstDocument(method: string, path: string, status: number, body: unknown): void {
  const plain = path.split('?')[0]!;
  const template = Object.keys(openapi.paths).find((name) =>
    new RegExp(`^${name.replace(/\{\w+\}/g, '[^/]+')}$`).test(plain),
  );
  if (template === undefined || status === 405 || status === 413) return;
  const operations = openapi.paths[template as keyof typeof openapi.paths] as unknown as Record<
    string,
    { responses: Record<string, { content?: unknown }> }
  >;
  const response = operations[method.toLowerCase()]?.responses[status];
  assert.ok(response, `${method} ${template} answers ${status}, which the document does not name`);
  if (response.content === undefined) {
    assert.equal(body, undefined);
    return;
  }
  const pointer = [
    'paths',
    template,
    method.toLowerCase(),
    'responses',
    String(status),
    'content',
    'application/json',
    'schema',
  ];
  const reference = `openapi#/${pointer.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
  const validate = validators.get(reference) ?? ajv.compile({ $ref: reference });
  validators.set(reference, validate);
  assert.ok(
    validate(body),
    `${method} ${template} ${status}: ${ajv.errorsText(validate.errors)}: ${JSON.stringify(body).slice(0, 300)}`,
  );
}
