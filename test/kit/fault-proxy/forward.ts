import { once } from 'node:events';
import {
  Agent,
  type ClientRequest,
  type IncomingMessage,
  request as plainRequest,
  type ServerResponse,
} from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { ChunkStore } from './chunks.ts';
import type { Fault, FaultOf, Planted } from './faults.ts';

/** What one request and its answer came to. Bytes are those of the bodies. */
export type Exchange = {
  readonly method: string;
  readonly path: string;
  /** 0 while there is no answer, and for ever when the connection was cut. */
  status: number;
  requestBytes: number;
  answerBytes: number;
};

export type Passage = {
  readonly target: URL;
  readonly secure: boolean;
  readonly planted: Planted;
  readonly chunks: ChunkStore;
  readonly request: IncomingMessage;
  /** Its connection: Node takes it off a request that was destroyed. */
  readonly socket: Socket;
  readonly response: ServerResponse;
  readonly exchange: Exchange;
};

const agent = new Agent({ keepAlive: true });
// The registry behind stands on loopback; what is tested is the proxy's own certificate.
const tlsAgent = new TlsAgent({ keepAlive: true, rejectUnauthorized: false });

/** Carries one exchange through, with the faults that are about it. */
export async function forward(passage: Passage): Promise<void> {
  const { request, socket, exchange } = passage;
  const fault = <K extends Fault['kind']>(kind: K) => passage.planted.about(kind, exchange.method, exchange.path);
  const act = <F extends Fault>(found: F | undefined): F | undefined => {
    if (found !== undefined) passage.planted.acted(found);
    return found;
  };
  const latency = act(fault('latency'));
  if (latency !== undefined) await wait(latency.ms);
  const fixed = act(fault('answer'));
  if (fixed !== undefined) return refuse(passage, fixed.status, fixed.body ?? '', fixed.headers);
  const limit = fault('body-limit') ?? (exchange.method === 'PATCH' ? fault('patch-limit') : undefined);
  if (limit !== undefined && Number(request.headers['content-length'] ?? 0) > limit.bytes) {
    act(limit);
    return limit.kind === 'body-limit'
      ? refuse(passage, ...page(413, 'Request Entity Too Large'))
      : refuse(passage, 416);
  }
  if (fault('content-gone') !== undefined && exchange.method === 'GET' && /\/(blobs|manifests)\//.test(exchange.path)) {
    act(fault('content-gone'));
    const code = exchange.path.includes('/blobs/') ? 'BLOB_UNKNOWN' : 'MANIFEST_UNKNOWN';
    return refuse(passage, 404, `{"errors":[{"code":"${code}"}]}`, { 'content-type': 'application/json' });
  }
  if (fault('last-chunk-only') !== undefined && (await passage.chunks.lastOnly(passage))) return;
  if (fault('first-chunk-only') !== undefined && (await passage.chunks.firstOnly(passage))) return;

  const upstream = open(passage, fault('request-headers'));
  const gone = () => upstream.destroy();
  const timeout = fault('timeout');
  const patience =
    timeout &&
    setTimeout(() => {
      if (passage.response.headersSent) return;
      act(timeout);
      upstream.destroy();
      refuse(passage, ...page(504, 'Gateway Time-out'));
    }, timeout.ms);
  try {
    const answered = Promise.all([once(upstream, 'response'), once(upstream, 'close')]);
    answered.catch(() => undefined);
    upstream.on('response', (answer: IncomingMessage) => {
      if (act(fault('lose-answer')) !== undefined) {
        answer.resume();
        socket.destroy();
      } else {
        const kept = exchange.method === 'PATCH' && fault('first-chunk-only') !== undefined;
        giveBack(passage, answer, {
          status: kept ? 201 : answer.statusCode!,
          location: fault('location'),
          headers: fault('answer-headers'),
        });
      }
    });
    upstream.once('error', () => {
      if (exchange.status === 0) socket.destroy();
    });
    socket.once('close', gone);
    await pump(passage, upstream, {
      cut: fault('cut'),
      stall: fault('stall'),
      throttle: fault('throttle'),
      limit,
      act,
    });
    await answered;
  } finally {
    clearTimeout(patience);
    socket.off('close', gone);
  }
}

type BodyFaults = {
  readonly cut: FaultOf<'cut'> | undefined;
  readonly stall: FaultOf<'stall'> | undefined;
  readonly throttle: FaultOf<'throttle'> | undefined;
  readonly limit: FaultOf<'body-limit'> | FaultOf<'patch-limit'> | undefined;
  readonly act: (fault: Fault) => unknown;
};

async function pump(passage: Passage, upstream: ClientRequest, faults: BodyFaults): Promise<void> {
  const { request, exchange } = passage;
  const { cut, stall } = faults;
  const cutAt = cut === undefined ? Number.POSITIVE_INFINITY : drawn(cut.afterBytes);
  const closed = once(upstream, 'close').catch(() => undefined);
  for await (const chunk of request as AsyncIterable<Buffer>) {
    if (faults.throttle !== undefined) await onLink(faults.throttle, chunk.length);
    const room = Math.min(chunk.length, cutAt - exchange.requestBytes);
    exchange.requestBytes += room;
    if (stall !== undefined && exchange.requestBytes > stall.afterBytes) return stand(passage, stall, faults.act);
    if (faults.limit !== undefined && exchange.requestBytes > faults.limit.bytes) {
      faults.act(faults.limit);
      upstream.destroy();
      return refuse(passage, ...page(413, 'Request Entity Too Large'));
    }
    if (!upstream.writable) continue;
    if (!upstream.write(chunk.subarray(0, room))) await Promise.race([once(upstream, 'drain'), closed]);
    if (cut !== undefined && exchange.requestBytes >= cutAt) return reset(passage, upstream, cut, faults.act);
  }
  if (cut !== undefined && exchange.requestBytes >= cutAt) return reset(passage, upstream, cut, faults.act);
  if (stall !== undefined && exchange.requestBytes >= stall.afterBytes) return stand(passage, stall, faults.act);
  upstream.end();
}

function reset({ socket }: Passage, upstream: ClientRequest, cut: Fault, act: (fault: Fault) => unknown): void {
  act(cut);
  socket.resetAndDestroy();
  upstream.destroy();
}

/** Reads and answers no more until the other side goes. */
async function stand({ request, socket }: Passage, stall: Fault, act: (fault: Fault) => unknown): Promise<void> {
  act(stall);
  request.pause();
  if (!socket.destroyed) await once(socket, 'close');
}

type HeaderFault = FaultOf<'request-headers' | 'answer-headers'>;

const linkFree = new WeakMap<Fault, number>();

/** Waits until the bytes have crossed a link of this width, behind all that went before. */
async function onLink(throttle: FaultOf<'throttle'>, bytes: number): Promise<void> {
  const free = Math.max(performance.now(), linkFree.get(throttle) ?? 0) + (bytes / throttle.bytesPerSecond) * 1000;
  linkFree.set(throttle, free);
  await wait(Math.max(0, free - performance.now()));
}

function open({ target, request, secure }: Passage, headers: HeaderFault | undefined): ClientRequest {
  const sent: Record<string, string | string[] | undefined> = { ...request.headers };
  if (secure) sent['x-forwarded-proto'] = 'https';
  if (headers !== undefined) change(sent, headers);
  const url = new URL(request.url!, target);
  const options = { method: request.method!, headers: sent };
  return target.protocol === 'https:'
    ? tlsRequest(url, { ...options, agent: tlsAgent })
    : plainRequest(url, { ...options, agent });
}

function giveBack(
  { response, exchange }: Passage,
  answer: IncomingMessage,
  {
    status,
    location,
    headers,
  }: {
    readonly status: number;
    readonly location: FaultOf<'location'> | undefined;
    readonly headers: HeaderFault | undefined;
  },
): void {
  if (response.headersSent) return void answer.resume();
  const shown: Record<string, string | string[] | undefined> = { ...answer.headers };
  if (location !== undefined && answer.headers.location !== undefined) {
    shown.location = rewritten(answer.headers.location, location);
  }
  if (headers !== undefined) change(shown, headers);
  for (const name of Object.keys(shown)) if (shown[name] === undefined) delete shown[name];
  exchange.status = status;
  response.writeHead(exchange.status, shown as Record<string, string | string[]>);
  answer.on('data', (chunk: Buffer) => {
    exchange.answerBytes += chunk.length;
  });
  answer.pipe(response);
}

function rewritten(location: string, fault: FaultOf<'location'>): string {
  const url = new URL(location, 'http://relative.invalid');
  if (fault.relative) return `${url.pathname}${url.search}`;
  if (fault.scheme !== undefined) url.protocol = fault.scheme;
  if (fault.host !== undefined) url.hostname = fault.host;
  if (fault.port !== undefined) url.port = String(fault.port);
  return url.href;
}

function change(headers: Record<string, string | string[] | undefined>, fault: HeaderFault): void {
  for (const name of fault.drop ?? []) delete headers[name.toLowerCase()];
  for (const [name, value] of Object.entries(fault.set ?? {})) headers[name.toLowerCase()] = value;
}

/** Answers without the registry and lets the rest of the body run out, as proxies do, so that the answer is read. */
export function refuse(
  { request, response, exchange }: Passage,
  status: number,
  body = '',
  headers: Readonly<Record<string, string>> = {},
): void {
  exchange.status = status;
  response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers });
  if (request.method !== 'HEAD') response.write(body);
  if (request.readableEnded || request.destroyed) response.end();
  // Closing over unread bytes would be a reset, and the answer lost with it.
  else request.once('close', () => response.end()).resume();
}

function page(status: number, words: string): [number, string, Record<string, string>] {
  const title = `${status} ${words}`;
  const html = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n`;
  return [status, html, { 'content-type': 'text/html', connection: 'close' }];
}

function drawn(bytes: number | readonly [number, number]): number {
  return typeof bytes === 'number' ? bytes : Math.floor(bytes[0] + Math.random() * (bytes[1] - bytes[0]));
}
