import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installerScripts } from '../../../electron/cli/session.ts';
import { createEngine, type Engine } from '../../../electron/engine/engine.ts';
import { passphrase, siteFile } from '../core/fixture.ts';

export type TestEngine = {
  readonly engine: Engine;
  readonly home: string;
  readonly bundle: string;
  readonly close: () => Promise<void>;
};

/** An engine with the sites `plant` and `empty` in a home of its own; `bundle` is a folder for a bundle there. */
export function testEngine(): TestEngine {
  const home = mkdtempSync(join(tmpdir(), 'sitewright-engine-'));
  const engine = createEngine({ home, scripts: installerScripts, passphrase: () => passphrase });
  for (const name of ['plant', 'empty']) engine.createSite(siteFile({ name }));
  return {
    engine,
    home,
    bundle: join(home, 'bundle'),
    close: async () => {
      await engine.close();
      rmSync(home, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
