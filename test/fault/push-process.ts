// A push in a process of its own, to be killed: goes on with what the journal knows. Says `sending` when its first bytes
// leave, and the result at its end.
import { pushImages } from '../../electron/engine/images/push.ts';
import { connect, faultImages, journalIn } from './push-content.ts';

const [url, journal, mebibytes, chunkBytes] = process.argv.slice(2) as [string, string, string, string];
const { bundle, images } = await faultImages(Number(mebibytes));
const registry = connect(url);
let said = false;
const result = await pushImages({
  bundle,
  registry,
  images,
  journal: journalIn(journal),
  streams: 2,
  chunkBytes: Number(chunkBytes),
  patience: { pauseMs: 50 },
  signal: AbortSignal.timeout(120_000),
  progress: () => {
    if (!said) process.stdout.write('sending\n');
    said = true;
  },
});
process.stdout.write(`${JSON.stringify(result)}\n`);
await registry.close();
