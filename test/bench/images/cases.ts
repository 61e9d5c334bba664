import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueLeaf, issueRoot } from '../../../electron/engine/certificates/issue.ts';
import { makePrivateKey } from '../../../electron/engine/certificates/keys.ts';
import { startFaultProxy } from '../../kit/fault-proxy.ts';
import { type RealRegistry, type RegistryOptions, startRegistry } from '../../kit/registry.ts';
import { measure } from './measure.ts';
import type { Pusher, Target } from './pushers.ts';
import type { Workload } from './workload.ts';

/** One figure of one tool in one round; several rounds give a median. */
export type Figure = { readonly case: string; readonly tool: string; readonly value: number };

/** A registry to push into, fresh for each tool and round. */
export type Place = { readonly name: string; readonly version: '2.8' | '3'; readonly secure: boolean };
export const places: readonly Place[] = [
  { name: '2.8.2, HTTP', version: '2.8', secure: false },
  { name: '2.8.2, TLS', version: '2.8', secure: true },
  { name: '3.1, HTTP', version: '3', secure: false },
  { name: '3.1, TLS', version: '3', secure: true },
];

/** Cold, unchanged again, one changed image: by one tool into one fresh registry. */
export async function pushThrice(place: Place, pusher: Pusher, work: Workload): Promise<readonly Figure[]> {
  return withRegistry(place, async (_registry, target) => {
    const figure = (name: string, value: number): Figure => ({
      case: `${name}, ${place.name}`,
      tool: pusher.name,
      value,
    });
    const cold = await measure(pusher.push(work.first, target));
    const again = await measure(pusher.push(work.first, target));
    const inside = await pusher.pushInside?.(work.first, target);
    const changed = await measure(pusher.push(work.oneChanged, target));
    return [
      figure('cold push, s', cold.seconds),
      figure('client CPU per GB, s', cold.cpuSeconds / (work.bytes / 1e9)),
      figure('peak memory, MiB', cold.peakMiB),
      figure('unchanged again, s', again.seconds),
      ...(inside === undefined
        ? []
        : [
            figure('unchanged again inside a running program, s', inside.sending),
            figure('unchanged again inside a running program, read back, s', inside.whole),
          ]),
      figure('one changed image, s', changed.seconds),
    ];
  });
}

/** A kill in the middle of the large layer, then the same command again: megabytes that crossed the line twice. */
export async function killInside(place: Place, pusher: Pusher, work: Workload): Promise<readonly Figure[]> {
  const { layerBytes, images } = work.large;
  const [image] = images;
  return withRegistry({ ...place, secure: false }, async (_registry, target) => {
    // Slow enough that the kill hits, the same for everyone.
    const proxy = await startFaultProxy(target.url, { faults: [{ kind: 'throttle', bytesPerSecond: 150e6 }] });
    try {
      const to = { url: proxy.url };
      const cut = measure(pusher.push(work.large, to), (kill) => {
        const watch = setInterval(() => {
          if (proxy.sent() < layerBytes * 0.7) return;
          clearInterval(watch);
          kill();
        }, 5);
      });
      await cut.then(
        () => Promise.reject(new Error(`${pusher.name} was done before the kill`)),
        () => undefined,
      );
      await measure(pusher.push(work.large, to));
      const twice = Math.max(0, proxy.sent() - image!.bytes) / 1e6;
      return [
        { case: `killed inside a layer of 424 MB: sent again, MB, ${place.name}`, tool: pusher.name, value: twice },
      ];
    } finally {
      await proxy.stop();
    }
  });
}

let authority: Promise<{ certificate: string; key: string; root: string }> | undefined;

async function makeAuthority() {
  const rootKey = await makePrivateKey();
  const key = await makePrivateKey();
  const now = new Date();
  const root = await issueRoot({ key: rootKey, name: 'bench root CA', now });
  const names = ['127.0.0.1'];
  const issuer = { certificate: root, key: rootKey };
  return { certificate: await issueLeaf({ key, issuer, names, usages: ['server'], now }), key, root };
}

async function withRegistry<T>(place: Place, work: (registry: RealRegistry, target: Target) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'sitewright-bench-'));
  authority ??= makeAuthority();
  const tls = await authority;
  const options: RegistryOptions = { version: place.version, ...(place.secure && { tls }) };
  const registry = await startRegistry(options);
  if ('skipped' in registry) throw new Error(registry.skipped);
  try {
    const pem = join(folder, 'root.pem');
    await writeFile(pem, tls.root);
    return await work(registry, { url: registry.url, ...(place.secure && { authority: pem }) });
  } finally {
    await registry.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
