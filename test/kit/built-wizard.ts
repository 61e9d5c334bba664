import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Builds the wizard into dist/renderer when its sources are newer than what was built. Throws with what the build said. */
export function buildWizard(): void {
  const builder = fileURLToPath(new URL('../../build/renderer.ts', import.meta.url));
  const built = spawnSync(process.execPath, [builder], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`the wizard was not built: ${built.stderr}`);
}
