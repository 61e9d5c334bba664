import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { adHocRegistrySchema } from '../../../electron/contract/registry-target.ts';
import { createEngine } from '../../../electron/engine/engine.ts';
import { createPushes } from '../../../electron/engine/images/pushes.ts';
import { median } from '../figures.ts';
import type { Target } from './pushers.ts';
import type { Release } from './workload.ts';

const times = 5;

/** Seconds that a push takes of an engine that runs already, as the wizard's does; connecting and signing in are in it. */
export async function pushInside({ bundle }: Release, { url, authority }: Target): Promise<number> {
  const engine = createEngine({ home: join(bundle, '..', '..', 'data'), scripts: bundle });
  const pushes = createPushes(engine);
  const registry = adHocRegistrySchema.parse({
    url,
    plainHttp: url.startsWith('http:'),
    ...(authority !== undefined && { authorities: [readFileSync(authority, 'utf8')] }),
  });
  try {
    const seconds: number[] = [];
    for (let time = 0; time < times; time += 1)
      for await (const event of pushes.push({ target: { registry }, bundle: [bundle] }))
        if (event.type === 'done') seconds.push(event.result.seconds);
    if (seconds.length < times) throw new Error('a push did not come to its end');
    return median(seconds);
  } finally {
    await engine.close();
  }
}
