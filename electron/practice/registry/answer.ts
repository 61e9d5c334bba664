import type { IncomingMessage, ServerResponse } from 'node:http';

/** Error codes of the distribution specification that this registry answers with. */
export type RegistryErrorCode =
  | 'BLOB_UNKNOWN'
  | 'BLOB_UPLOAD_INVALID'
  | 'BLOB_UPLOAD_UNKNOWN'
  | 'DENIED'
  | 'DIGEST_INVALID'
  | 'MANIFEST_BLOB_UNKNOWN'
  | 'MANIFEST_INVALID'
  | 'MANIFEST_UNKNOWN'
  | 'NAME_INVALID'
  | 'NAME_UNKNOWN'
  | 'SIZE_INVALID'
  | 'UNAUTHORIZED'
  | 'UNKNOWN'
  | 'UNSUPPORTED';

/** A refusal in the form that the specification demands. */
export class RegistryError extends Error {
  readonly status: number;
  readonly code: RegistryErrorCode;
  readonly detail: unknown;
  readonly headers: Readonly<Record<string, string>>;
  constructor(
    status: number,
    code: RegistryErrorCode,
    message: string,
    options: { readonly detail?: unknown; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.detail = options.detail;
    this.headers = options.headers ?? {};
  }
}

/** One request with the parts of its path that the route has read. */
export type RegistryRequest = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
  readonly repository: string;
  /** Digest, tag or upload, what the route has at its end. */
  readonly reference: string;
};

/** Ends a response; a body makes its own length. */
export function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string | number>> = {},
  body: string | Uint8Array = '',
): void {
  response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers });
  response.end(body);
}

export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  send(response, status, { 'content-type': 'application/json', ...headers }, JSON.stringify(value));
}

/** Answers with the error; a body that is still coming is read and dropped so that the client sees the answer. */
export function sendError(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  request.resume();
  if (error instanceof RegistryError) {
    const { code, message, detail } = error;
    sendJson(
      response,
      error.status,
      { errors: [{ code, message, ...(detail === undefined ? {} : { detail }) }] },
      error.headers,
    );
    return;
  }
  const full = (error as NodeJS.ErrnoException).code === 'ENOSPC';
  const message = full ? 'no space left on device' : 'internal error of the registry';
  sendJson(response, full ? 507 : 500, { errors: [{ code: 'UNKNOWN', message }] });
}
