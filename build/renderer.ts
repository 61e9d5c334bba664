// Builds the renderer into dist/renderer when its sources are newer than what was built.
import { build } from 'vite';
import { madeWhenNewer } from './parts.ts';
import { configuration } from './vite.config.ts';

const sources = ['package-lock.json', 'build/vite.config.ts', 'renderer', 'electron/contract'];

await madeWhenNewer('renderer', sources, async () => {
  process.stderr.write('构建界面 / building the wizard ...\n');
  await build({ ...configuration, configFile: false, logLevel: 'warn' });
});
