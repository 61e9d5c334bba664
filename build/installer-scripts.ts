import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ScriptManifest } from '../electron/engine/drivers/ssh/scripts.ts';

const folder = fileURLToPath(new URL('../installer-scripts', import.meta.url));

/** Writes `manifest.json`: SHA-256 of every script for target hosts. Run it after a script was changed. */
export function writeInstallerScripts(): void {
  writeFileSync(join(folder, 'manifest.json'), manifestText());
}

/** What is wrong with the scripts and their manifest; empty when nothing is. */
export function checkInstallerScripts(): readonly string[] {
  const problems: string[] = [];
  for (const name of scriptNames()) {
    const content = readFileSync(join(folder, name), 'utf8');
    if (!content.startsWith(`#!/bin/sh\n# sitewright: ${name}\n`)) {
      problems.push(`installer-scripts/${name}: the first two lines must be "#!/bin/sh" and "# sitewright: ${name}"`);
    }
    if (content.includes('\r'))
      problems.push(`installer-scripts/${name}: has carriage returns, which sh takes for part of a word`);
  }
  let stored = '';
  try {
    stored = readFileSync(join(folder, 'manifest.json'), 'utf8');
  } catch {
    // Told below, as a manifest that does not fit.
  }
  if (stored !== manifestText())
    problems.push('installer-scripts/manifest.json does not fit the scripts: run build/installer-scripts.ts');
  return problems;
}

function scriptNames(): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sh'))
    .sort();
}

function manifestText(): string {
  const hash = (name: string): string =>
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex');
  const manifest: ScriptManifest = {
    format: 1,
    scripts: Object.fromEntries(scriptNames().map((name) => [name, hash(name)])),
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

if (import.meta.main) {
  writeInstallerScripts();
  for (const problem of checkInstallerScripts()) {
    console.error(problem);
    process.exitCode = 1;
  }
}
