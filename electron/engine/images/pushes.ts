import { asSitewrightError, SitewrightError } from '../../contract/errors.ts';
import type { PushEvent, PushPlan, PushReport } from '../../contract/images.ts';
import type { PathReport } from '../../contract/path-test.ts';
import type { RegistryTarget } from '../../contract/registry-target.ts';
import type { Bundle } from '../bundle/bundle.ts';
import { withBase } from '../bundle/delta/with-base.ts';
import { anySignal } from '../drivers/any-signal.ts';
import type { RegistryClient } from '../drivers/registry/client.ts';
import type { Engine } from '../engine.ts';
import { type ImageContent, readImage } from './content.ts';
import { fileJournal } from './file-journal.ts';
import { demandOf } from './path-test/content.ts';
import { testPath } from './path-test/run.ts';
import { planPush } from './plan-push.ts';
import { type ImageProof, type ProofOptions, proveImages } from './prove.ts';
import { type PushResult, pushImages } from './push.ts';
import { lockPush, wishPause } from './push-lock.ts';
import { type OpenTarget, openTarget } from './target.ts';

type Request = { readonly target: RegistryTarget; readonly bundle: readonly string[] };

/** Pushes outside of a walk, to a site's registry or to any other. */
export type Pushes = {
  readonly plan: (request: Request, signal?: AbortSignal) => Promise<PushPlan>;
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
  /** Stops the push to a target, of whatever program of this data folder, at the next good point; false where none is at work. */
  readonly pause: (target: RegistryTarget) => Promise<boolean>;
  /** Reads back; with `content`, every blob byte by byte. */
  readonly verify: (
    request: Request & { readonly content?: boolean | undefined },
    signal?: AbortSignal,
  ) => Promise<readonly NamedProof[]>;
};

/** The layer that a path test without a bundle is to stand for, bytes. */
const largest = 512 * 1024 ** 2;

export function createPushes(engine: Pick<Engine, 'options' | 'openUnlocked' | 'signedBundle' | 'now'>): Pushes {
  const opening = async ({ target, bundle: folders }: Request, signal: AbortSignal | undefined) => {
    const signed = await engine.signedBundle(folders, 'site' in target ? target.site : undefined);
    const open = openTarget(target, engine.openUnlocked);
    try {
      const bundle = await withBase(signed, open.registry, signal);
      const images = await Promise.all(bundle.images.map((image) => readImage(bundle, image)));
      return { bundle, images, open };
    } catch (error) {
      await open.registry.close();
      throw error;
    }
  };
  const withRegistry = async <R>(
    request: Request,
    signal: AbortSignal | undefined,
    work: (registry: RegistryClient, images: readonly ImageContent[]) => Promise<R>,
  ): Promise<R> => {
    const { images, open } = await opening(request, signal);
    try {
      return await work(open.registry, images);
    } finally {
      await open.registry.close();
    }
  };

  return {
    plan: (request, signal) => withRegistry(request, signal, (registry, images) => planPush(registry, images, signal)),
    pathTest: async ({ target, bundle }, signal = new AbortController().signal) => {
      const way = { signal, now: engine.now };
      if (bundle !== undefined)
        return await withRegistry({ target, bundle }, signal, (registry, images) =>
          testPath({ ...way, registry, ...demandOf(images, registry) }),
        );
      const { registry } = openTarget(target, engine.openUnlocked);
      try {
        return await testPath({ ...way, registry, repositories: [registry.repository('sitewright/image')], largest });
      } finally {
        await registry.close();
      }
    },
    verify: ({ content, ...request }, signal) =>
      withRegistry(request, signal, (registry, images) => proveNamed(registry, images, { bytes: content, signal })),
    pause: async (target) => {
      const open = openTarget(target, engine.openUnlocked);
      await open.registry.close();
      return wishPause({ home: engine.options.home, key: open.key });
    },
    push: async function* (request, signal) {
      const cancel = new AbortController();
      const pause = new AbortController();
      const events = createQueue();
      const abort = () => cancel.abort(new SitewrightError('cancelled'));
      signal?.addEventListener('abort', abort, { once: true });
      if (signal?.aborted) abort();
      const work = async (): Promise<PushReport> => {
        const { bundle, images, open } = await opening(request, cancel.signal);
        let unlock: (() => void) | undefined;
        try {
          const place = { home: engine.options.home, key: open.key };
          unlock = lockPush(place, open.registry.host, () => pause.abort());
          const { streams } = request;
          return await pushAndProve({
            ...{ bundle, images, open, events, ...(streams !== undefined && { streams }) },
            home: engine.options.home,
            signal: cancel.signal,
            pause: pause.signal,
          });
        } finally {
          unlock?.();
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
  /** What sending took, without what was read back after it. */
  let seconds = 0;
  const send = async (broken: readonly ImageContent[]): Promise<PushResult> => {
    const began = performance.now();
    const result = await pushImages({
      ...options,
      ...{ registry, images: broken.length > 0 ? broken : images },
      broken: broken.map(({ image }) => image.reference),
      journal: fileJournal(options.home, open.key),
      progress: (progress) => events.progress({ type: 'progress', ...progress, images: [...progress.images] }),
      setback: (error, pauseMs) => events.tell({ type: 'setback', error: error.view(), pauseMs }),
    });
    seconds += (performance.now() - began) / 1000;
    return result;
  };
  const sent = await send([]);
  const report = (sum: PushResult, proofs: readonly NamedProof[] = []): PushReport => ({
    ...{ registry: registry.host, ...sum, seconds },
    proofs: proofs.map((proof) => ({ ...proof, missing: [...proof.missing], altered: [...proof.altered] })),
    complete: !sum.paused && proofs.every((proof) => proof.complete),
  });
  /** Undefined where a pause came in between: nothing was changed, and the next push proves it. */
  const prove = async (chosen: readonly ImageContent[]): Promise<readonly NamedProof[] | undefined> => {
    const before = images.length - chosen.length;
    try {
      return await proveNamed(registry, chosen, {
        told: (done) => events.tell({ type: 'verify', done: before + done, total: images.length }),
        signal: anySignal([options.signal, options.pause]),
      });
    } catch (error) {
      if (error === options.pause.reason) return undefined;
      throw error;
    }
  };
  if (sent.paused) return report(sent);
  const proofs = await prove(images);
  if (proofs === undefined) return report({ ...sent, paused: true });
  // Behind a tag that stands, something can be gone: asked for blob by blob, it is sent again.
  const broken = images.filter((_image, index) => !proofs[index]!.complete);
  if (broken.length === 0) return report(sent, proofs);
  const mended = sumOf(sent, await send(broken));
  if (mended.paused) return report(mended);
  const again = await prove(broken);
  if (again === undefined) return report({ ...mended, paused: true });
  const newest = new Map(again.map((proof) => [proof.reference, proof]));
  return report(
    mended,
    proofs.map((proof) => newest.get(proof.reference) ?? proof),
  );
}

function sumOf(one: PushResult, other: PushResult): PushResult {
  return {
    blobs: one.blobs + other.blobs,
    uploaded: one.uploaded + other.uploaded,
    mounted: one.mounted + other.mounted,
    present: one.present + other.present,
    bytesSent: one.bytesSent + other.bytesSent,
    setbacks: one.setbacks + other.setbacks,
    paused: other.paused,
  };
}

type NamedProof = ImageProof & { readonly reference: string };

async function proveNamed(
  registry: RegistryClient,
  images: readonly ImageContent[],
  options: ProofOptions,
): Promise<readonly NamedProof[]> {
  const proofs = await proveImages(registry, images, options);
  return proofs.map((proof, index) => ({ reference: images[index]!.image.reference, ...proof }));
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
