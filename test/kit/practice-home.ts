import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildBundle } from '../../electron/engine/bundle/build.ts';
import { loadOrCreateSigningKey } from '../../electron/engine/bundle/keys.ts';
import { createEngine, type Engine } from '../../electron/engine/engine.ts';
import { practiceName, practicePassphrase } from '../../electron/engine/practice-site.ts';
import { openPractice, type PracticeSite, removePractice } from '../../electron/practice/launch.ts';
import { heavySample } from './heavy-sample.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const installerScripts = join(root, 'installer-scripts');
export const sampleRelease = join(root, 'bundles', 'energy');

/** A data folder with the sample bundle and a running practice site whose servers live as long as the test wants. */
export type PracticeHome = {
  readonly home: string;
  readonly bundle: string;
  readonly servers: PracticeSite;
  /** An engine of this process on the home; the caller closes it. */
  readonly engine: () => Engine;
  /** Ends the servers and removes the folder. */
  readonly remove: () => Promise<void>;
};

/** Builds the sample release into a folder; returns it. */
export async function buildSample(home: string, source = sampleRelease): Promise<string> {
  const out = join(home, 'bundles', 'practice');
  const { privateKey } = await loadOrCreateSigningKey(join(home, 'release-signing.key'));
  await buildBundle({ source, out, signingKey: privateKey });
  return out;
}

export async function openPracticeHome(
  options: {
    readonly secrets?: Record<string, string>;
    readonly hosts?: number;
    /** Bytes by which images of the sample are made larger, by the names of their folders. */
    readonly ballast?: Readonly<Record<string, number>>;
  } = {},
): Promise<PracticeHome> {
  const home = mkdtempSync(join(tmpdir(), 'sitewright-test-'));
  const folder = join(home, 'practice');
  let servers: PracticeSite | undefined;
  const sample = options.ballast && (await heavySample(options.ballast));
  const bundle = await buildSample(home, sample?.folder);
  await sample?.remove();
  const engineOf = () =>
    createEngine({
      home,
      scripts: installerScripts,
      passphrase: () => practicePassphrase(home),
      practice: async (start) => {
        servers ??= await openPractice({
          ...start,
          secrets: { ...start.secrets, ...options.secrets },
          ...(options.hosts !== undefined && { hosts: options.hosts }),
        });
        // The servers outlive the engine that asked for them: a test kills engines.
        return { ready: servers.ready, stop: async () => undefined };
      },
    });
  const engine = engineOf();
  await engine.openPractice(folder);
  await engine.close();
  return {
    home,
    bundle,
    servers: servers!,
    engine: engineOf,
    remove: async () => {
      await servers?.stop();
      await removePractice(folder);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export { practiceName };
