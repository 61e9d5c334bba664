import type { ClusterNode } from '../controllers/nodes.ts';
import type { Container, Pod } from '../model/pods.ts';
import type { ObjectStore } from '../store/store.ts';
import type { Image, ImageCache } from './image/cache.ts';
import { credentialFor } from './image/credentials.ts';
import { parseReference } from './image/reference.ts';
import { pause } from './probe.ts';

const shownMs = 1000;

/** Gets a container's image by its pull policy, trying again every few seconds; undefined when the signal came first. */
export async function obtainImage(options: {
  readonly store: ObjectStore;
  readonly node: ClusterNode;
  readonly images: ImageCache;
  readonly pod: Pod;
  readonly container: Container;
  readonly event: (type: 'Normal' | 'Warning', reason: string, message: string) => void;
  readonly wait: (reason: string, message: string) => void;
  readonly signal: AbortSignal;
}): Promise<Image | undefined> {
  const { store, node, images, pod, container, event, wait, signal } = options;
  const { image: reference, imagePullPolicy = 'IfNotPresent' } = container;
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    if (parseReference(reference) === undefined) {
      const message = `Failed to apply default image tag "${reference}": couldn't parse image name "${reference}": invalid reference format`;
      event('Warning', 'InspectFailed', message);
      wait('InvalidImageName', message);
      await pause(5000, signal);
      continue;
    }
    const present = imagePullPolicy === 'Always' ? undefined : await images.present(node, reference);
    if (present !== undefined) {
      if (attempt === 0) event('Normal', 'Pulled', `Container image "${reference}" already present on machine`);
      return present;
    }
    if (imagePullPolicy === 'Never') {
      event('Warning', 'ErrImageNeverPull', `Container image "${reference}" is not present with pull policy of Never`);
      wait('ErrImageNeverPull', `Container image "${reference}" is not present with pull policy of Never`);
      await pause(5000, signal);
      continue;
    }
    const began = Date.now();
    try {
      event('Normal', 'Pulling', `Pulling image "${reference}"`);
      const image = await unlessAborted(
        images.pull(node, reference, (host) => credentialFor(store, pod, host)),
        signal,
      );
      if (image === undefined) return undefined;
      event('Normal', 'Pulled', `Successfully pulled image "${reference}" in ${Date.now() - began}ms`);
      return image;
    } catch (error) {
      const { message } = error as Error;
      event('Warning', 'Failed', `Failed to pull image "${reference}": ${message}`);
      event('Warning', 'Failed', 'Error: ErrImagePull');
      wait('ErrImagePull', message);
      if (!(await pause(shownMs, signal))) return undefined;
      event('Normal', 'BackOff', `Back-off pulling image "${reference}"`);
      wait('ImagePullBackOff', `Back-off pulling image "${reference}": ErrImagePull: ${message}`);
      await pause(Math.min(5000, 1000 * 2 ** attempt), signal);
    }
  }
  return undefined;
}

/** A pull that nobody waits for any longer may end by itself. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  if (signal.aborted) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
    work.then(resolve, reject);
  });
}
