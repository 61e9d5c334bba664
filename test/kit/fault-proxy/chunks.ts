import { createHash } from 'node:crypto';
import { Agent, request as send } from 'undici';
import { type Passage, refuse } from './forward.ts';

/** Registries that answer as if all went well and keep only a part of what was sent. */
export type ChunkStore = {
  /** Keeps the last chunk only; true when the exchange is answered. Blobs that were so stored are read by the asked digest. */
  readonly lastOnly: (passage: Passage) => Promise<boolean>;
  /** Lets the first PATCH of a session through and throws further ones away; true when the exchange is answered. */
  readonly firstOnly: (passage: Passage) => Promise<boolean>;
  readonly close: () => void;
};

export function createChunkStore(target: string): ChunkStore {
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
  const sessions = new Map<string, { chunk: Buffer; total: number; patches: number }>();
  const stored = new Map<string, string>();
  const session = (path: string) => {
    const key = path.split('?')[0]!;
    const known = sessions.get(key) ?? { chunk: Buffer.alloc(0), total: 0, patches: 0 };
    sessions.set(key, known);
    return known;
  };
  const swallow = async (passage: Passage, status: number): Promise<void> => {
    const { exchange, request } = passage;
    const at = session(exchange.path);
    at.chunk = await bodyOf(passage);
    at.total += at.chunk.length;
    const location = `${passage.secure ? 'https' : 'http'}://${request.headers.host}${exchange.path}`;
    refuse(passage, status, '', { location, range: `0-${Math.max(0, at.total - 1)}` });
  };

  return {
    lastOnly: async (passage) => {
      const { exchange, request } = passage;
      const upload = /^(\/v2\/.+\/blobs\/uploads\/)[^?]+/.exec(exchange.path);
      if (upload === null) {
        const real = [...stored].find(([digest]) => exchange.path.endsWith(`/blobs/${digest}`));
        if (real !== undefined) request.url = exchange.path.replace(real[0], real[1]);
        return false;
      }
      if (exchange.method === 'PATCH') {
        await swallow(passage, 202);
        return true;
      }
      if (exchange.method !== 'PUT') return false;
      const at = session(exchange.path);
      const body = await bodyOf(passage);
      const content = body.length > 0 ? body : at.chunk;
      const asked = new URL(exchange.path, target).searchParams.get('digest')!;
      const real = `sha256:${createHash('sha256').update(content).digest('hex')}`;
      const headers =
        request.headers.authorization === undefined ? {} : { authorization: request.headers.authorization };
      const opened = await send(new URL(upload[1]!, target), { method: 'POST', dispatcher, headers });
      await opened.body.dump();
      const place = new URL(String(opened.headers.location), target);
      place.searchParams.set('digest', real);
      const closed = await send(place, { method: 'PUT', dispatcher, headers, body: content });
      await closed.body.dump();
      stored.set(asked, real);
      refuse(passage, closed.statusCode, '', { 'docker-content-digest': asked });
      return true;
    },
    firstOnly: async (passage) => {
      if (passage.exchange.method !== 'PATCH') return false;
      const at = session(passage.exchange.path);
      at.patches += 1;
      if (at.patches === 1) {
        at.total = Number(passage.request.headers['content-length'] ?? 0);
        return false;
      }
      await swallow(passage, 201);
      return true;
    },
    close: () => void dispatcher.destroy(),
  };
}

async function bodyOf({ request, exchange }: Passage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) {
    exchange.requestBytes += chunk.length;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
