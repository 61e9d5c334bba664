import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { adHocRegistrySchema } from '../../../electron/contract/registry-target.ts';
import { createEngine } from '../../../electron/engine/engine.ts';
import { createPushes } from '../../../electron/engine/images/pushes.ts';
import { median } from '../figures.ts';
import type { Target } from './pushers.ts';
import type { Release } from './workload.ts';

const times = 5;

/** Medians of a push by an engine that runs already, as the wizard's does, s. */
export type InsideSeconds = {
  /** Asked and sent; connecting and signing in are in it. */
  readonly sending: number;
  /** With all that comes before and after: the bundle opened, everything read back. */
  readonly whole: number;
};

export async function pushInside({ bundle }: Release, { url, authority }: Target): Promise<InsideSeconds> {
  const engine = createEngine({ home: join(bundle, '..', '..', 'data'), scripts: bundle });
  const pushes = createPushes(engine);
  const registry = adHocRegistrySchema.parse({
    url,
    plainHttp: url.startsWith('http:'),
    ...(authority !== undefined && { authorities: [readFileSync(authority, 'utf8')] }),
  });
  try {
    const found: InsideSeconds[] = [];
    for (let time = 0; time < times; time += 1) {
      const began = performance.now();
      let sending: number | undefined;
      for await (const event of pushes.push({ target: { registry }, bundle: [bundle] }))
        if (event.type === 'done') sending = event.result.seconds;
      if (sending === undefined) throw new Error('a push did not come to its end');
      found.push({ sending, whole: (performance.now() - began) / 1000 });
    }
    return { sending: median(found.map((one) => one.sending)), whole: median(found.map((one) => one.whole)) };
  } finally {
    await engine.close();
  }
}
