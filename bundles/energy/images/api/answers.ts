import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** What a handler answers. A `text` body is sent as it is, anything else as JSON; no body means 204. */
export type Answer = {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: OutgoingHttpHeaders;
  readonly text?: string;
};

/** A refusal that the caller may read. Everything else that is thrown becomes a bare 500. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: OutgoingHttpHeaders;

  constructor(status: number, code: string, message: string, headers: OutgoingHttpHeaders = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** On every answer, errors included. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'content-security-policy': "default-src 'none'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** The body of every refusal. */
export function refusalBody(code: string, message: string) {
  return { error: { code, message } };
}

/** Sends an answer; `closing` tells the caller not to use this connection again. */
export function sendAnswer(response: ServerResponse, answer: Answer, closing: boolean): void {
  const bytes = Buffer.from(answer.text ?? (answer.body === undefined ? '' : JSON.stringify(answer.body)));
  const type =
    answer.text === undefined ? 'application/json; charset=utf-8' : 'text/plain; version=0.0.4; charset=utf-8';
  response.writeHead(answer.status, {
    ...securityHeaders,
    ...(bytes.length > 0 && { 'content-type': type }),
    ...(answer.status !== 204 && { 'content-length': bytes.length }),
    ...(closing && { connection: 'close' }),
    ...answer.headers,
  });
  response.end(bytes);
}
