// A push in a process of its own, to be killed: goes on with what the journal knows. Says `sending` when its first bytes
// leave, and the result at its end.
import { pushImages } from '../../electron/engine/images/push.ts';
import { connect, faultImages, journalIn } from './push-content.ts';

const [url, journal, ...figures] = process.argv.slice(2) as [string, string, ...string[]];
const [layers, layerBytes, chunkBytes] = figures.map(Number) as [number, number, number];
const { bundle, images } = await faultImages(layers, layerBytes);
const registry = connect(url);
let said = false;
const result = await pushImages({
  bundle,
  registry,
  images,
  journal: journalIn(journal),
  streams: 2,
  chunkBytes,
  patience: { pauseMs: 50 },
  signal: AbortSignal.timeout(120_000),
  progress: () => {
    if (!said) process.stdout.write('sending\n');
    said = true;
  },
});
process.stdout.write(`${JSON.stringify(result)}\n`);
await registry.close();
