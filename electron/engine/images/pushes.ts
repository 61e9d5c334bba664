import { asSitewrightError, SitewrightError } from '../../contract/errors.ts';
import type { PushEvent, PushPlan, PushReport } from '../../contract/images.ts';
import type { PathReport } from '../../contract/path-test.ts';
import type { RegistryTarget } from '../../contract/registry-target.ts';
import type { Bundle } from '../bundle/bundle.ts';
import { withBase } from '../bundle/delta/with-base.ts';
import type { RegistryClient } from '../drivers/registry/client.ts';
import type { Engine } from '../engine.ts';
import { type ImageContent, readImage } from './content.ts';
import { fileJournal } from './file-journal.ts';
import { demandOf } from './path-test/content.ts';
import { testPath } from './path-test/run.ts';
import { planPush } from './plan-push.ts';
import { type ImageProof, proveImage } from './prove.ts';
import { pushImages } from './push.ts';
import { type OpenTarget, openTarget } from './target.ts';

type Request = { readonly target: RegistryTarget; readonly bundle: readonly string[] };

/** Pushes outside of a walk, to a site's registry or to any other. */
export type Pushes = {
  readonly plan: (request: Request) => Promise<PushPlan>;
  /** Tries the way with throwaway content; without a bundle, somewhere below the target's prefix. */
  readonly pathTest: (
    request: { readonly target: RegistryTarget; readonly bundle?: readonly string[] | undefined },
    signal?: AbortSignal,
  ) => Promise<PathReport>;
  /** Events until `done` or `failed`; leaving them early cancels. */
  readonly push: (
    request: Request & { readonly streams?: number | undefined },
    signal?: AbortSignal,
  ) => AsyncGenerator<PushEvent, void>;
  /** Stops a push of this engine at the next good point; false where none is at work. */
  readonly pause: (target: RegistryTarget) => Promise<boolean>;
  /** Reads back; with `content`, every blob byte by byte. */
  readonly verify: (
    request: Request & { readonly content?: boolean | undefined },
  ) => Promise<readonly (ImageProof & { readonly reference: string })[]>;
};

/** The layer that a path test without a bundle is to stand for, bytes. */
const largest = 512 * 1024 ** 2;

export function createPushes(engine: Pick<Engine, 'options' | 'openUnlocked' | 'signedBundle' | 'now'>): Pushes {
  const active = new Map<string, AbortController>();

  const opening = async ({ target, bundle: folders }: Request) => {
    const signed = await engine.signedBundle(folders, 'site' in target ? target.site : undefined);
    const open = openTarget(target, engine.openUnlocked);
    try {
      const bundle = await withBase(signed, open.registry);
      const images = await Promise.all(bundle.images.map((image) => readImage(bundle, image)));
      return { bundle, images, open };
    } catch (error) {
      await open.registry.close();
      throw error;
    }
  };
  const withRegistry = async <R>(
    request: Request,
    work: (registry: RegistryClient, images: readonly ImageContent[]) => Promise<R>,
  ): Promise<R> => {
    const { images, open } = await opening(request);
    try {
      return await work(open.registry, images);
    } finally {
      await open.registry.close();
    }
  };

  return {
    plan: (request) => withRegistry(request, planPush),
    pathTest: async ({ target, bundle }, signal = new AbortController().signal) => {
      const way = { signal, now: engine.now };
      if (bundle !== undefined)
        return await withRegistry({ target, bundle }, (registry, images) =>
          testPath({ ...way, registry, ...demandOf(images, registry) }),
        );
      const { registry } = openTarget(target, engine.openUnlocked);
      try {
        return await testPath({ ...way, registry, repositories: [registry.repository('sitewright/image')], largest });
      } finally {
        await registry.close();
      }
    },
    verify: ({ content, ...request }) =>
      withRegistry(request, (registry, images) => proveAll(registry, images, () => undefined, content)),
    pause: async (target) => {
      const open = openTarget(target, engine.openUnlocked);
      await open.registry.close();
      const push = active.get(open.key);
      push?.abort();
      return push !== undefined;
    },
    push: async function* (request, signal) {
      const cancel = new AbortController();
      const pause = new AbortController();
      const events = createQueue();
      const abort = () => cancel.abort(new SitewrightError('cancelled'));
      signal?.addEventListener('abort', abort, { once: true });
      if (signal?.aborted) abort();
      const work = async (): Promise<PushReport> => {
        const { bundle, images, open } = await opening(request);
        if (active.has(open.key)) {
          await open.registry.close();
          throw new SitewrightError('push-busy', { registry: open.registry.host });
        }
        active.set(open.key, pause);
        try {
          const { streams } = request;
          return await pushAndProve({
            ...{ bundle, images, open, events, ...(streams !== undefined && { streams }) },
            home: engine.options.home,
            signal: cancel.signal,
            pause: pause.signal,
          });
        } finally {
          active.delete(open.key);
          await open.registry.close();
        }
      };
      const working = work().then(
        (result) => events.end({ type: 'done', result }),
        (error: unknown) => events.end({ type: 'failed', error: asSitewrightError(error).view() }),
      );
      try {
        yield* events.read();
      } finally {
        abort();
        signal?.removeEventListener('abort', abort);
        await working;
      }
    },
  };
}

async function pushAndProve(options: {
  readonly bundle: Bundle;
  readonly images: readonly ImageContent[];
  readonly open: OpenTarget;
  readonly events: Queue;
  readonly home: string;
  readonly signal: AbortSignal;
  readonly pause: AbortSignal;
  readonly streams?: number;
}): Promise<PushReport> {
  const { images, open, events } = options;
  const { registry } = open;
  const began = performance.now();
  const result = await pushImages({
    ...options,
    registry,
    journal: fileJournal(options.home, open.key),
    progress: (progress) => events.progress({ type: 'progress', ...progress, images: [...progress.images] }),
    setback: (error, pauseMs) => events.tell({ type: 'setback', error: error.view(), pauseMs }),
  });
  const seconds = (performance.now() - began) / 1000;
  const about = { registry: registry.host, ...result, seconds };
  if (result.paused) return { ...about, proofs: [], complete: false };
  const proofs = await proveAll(registry, images, (done) =>
    events.tell({ type: 'verify', done, total: images.length }),
  );
  return {
    ...about,
    proofs: proofs.map((proof) => ({ ...proof, missing: [...proof.missing] })),
    complete: proofs.every((proof) => proof.complete),
  };
}

async function proveAll(
  registry: RegistryClient,
  images: readonly ImageContent[],
  told: (done: number) => void,
  bytes = false,
) {
  const proofs: (ImageProof & { readonly reference: string })[] = [];
  for (const content of images) {
    proofs.push({ reference: content.image.reference, ...(await proveImage(registry, content, { bytes })) });
    told(proofs.length);
  }
  return proofs;
}

/** Events on their way to a reader that may be slower: of progress only the newest counts. */
type Queue = {
  readonly tell: (event: PushEvent) => void;
  readonly progress: (event: PushEvent) => void;
  readonly end: (event: PushEvent) => void;
  readonly read: () => AsyncGenerator<PushEvent, void>;
};

function createQueue(): Queue {
  const events: PushEvent[] = [];
  let newest: PushEvent | undefined;
  let ended = false;
  let wake: () => void = () => undefined;
  const add = (event: PushEvent) => {
    if (newest !== undefined) events.push(newest);
    newest = undefined;
    events.push(event);
    wake();
  };
  const next = (): PushEvent | undefined => {
    const event = events.shift() ?? newest;
    if (event === newest) newest = undefined;
    return event;
  };
  return {
    tell: add,
    progress: (event) => {
      newest = event;
      wake();
    },
    end: (event) => {
      add(event);
      ended = true;
      wake();
    },
    read: async function* () {
      for (;;) {
        const event = next();
        if (event !== undefined) yield event;
        else if (ended) return;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    },
  };
}
