// `npm run pictures`: walks the practice site in a real browser and takes a picture of every page and state of the wizard,
// in both languages, both themes and two sizes. `--docs` writes the few that README and manual show.
import { fileURLToPath } from 'node:url';
import { openWizard } from '../e2e/window.ts';
import { browserForTests } from '../kit/browser.ts';
import { createCamera } from './camera.ts';
import { documentScenes } from './documents.ts';
import { optionsOf, usage } from './options.ts';
import { withPalette } from './palette.ts';
import { inventory } from './scenes/inventory.ts';
import { push } from './scenes/push.ts';
import { firstStart } from './scenes/start.ts';
import { failedChecks, failedStep, interrupted } from './scenes/trouble.ts';
import { walk } from './scenes/walk.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const began = performance.now();
const options = optionsOf(process.argv.slice(2), root);
if (options === undefined) {
  process.stderr.write(usage);
  process.exit(2);
}
const program = browserForTests();
if ('skipped' in program) {
  process.stderr.write(`${program.skipped}\n`);
  process.exit(3);
}
const camera = createCamera(options, (png, name, { locale, theme, size }) =>
  options.docs
    ? { file: `wizard-${documentScenes[name]}.${locale}.png`, content: withPalette(png) }
    : { file: `${name}.${locale}.${theme}.${size.width}.png`, content: png },
);
const wizard = await openWizard(program.browser, { ballast: { api: 24_000_000, jobs: 9_000_000 } });
try {
  for (const scene of [firstStart, inventory, push, walk, failedChecks, failedStep, interrupted])
    await scene(wizard, camera);
} finally {
  await wizard.close();
}
process.stdout.write(
  `${camera.taken()} pictures in ${options.folder}, ${Math.round((performance.now() - began) / 1000)} s\n`,
);
