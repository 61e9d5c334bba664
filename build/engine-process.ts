import { readFileSync } from 'node:fs';

/** How the engine's Node is started, by whoever starts it; the launcher reads the same file, before there is any TypeScript. */
export const engineProcess = JSON.parse(readFileSync(new URL('engine-process.json', import.meta.url), 'utf8')) as {
  readonly flags: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
};
