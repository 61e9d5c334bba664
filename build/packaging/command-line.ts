import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { engineProcess } from '../engine-process.ts';
import { type PackedFor, packagesNamed, type ShippedPackage } from './packages.ts';

/** Where the built command line lies below the packed program's folder of resources. */
const script = ['app.asar.unpacked', 'dist', 'cli', 'sitewright.mjs'];

/**
 * Lays out the folder `cli` that comes beside the program: the Node that runs the command line, and what starts it. The desktop's own
 * executable is no Node (its fuses see to that), and needs a display.
 */
export function stageCommandLine(root: string, folder: string, to: PackedFor): ShippedPackage {
  const node = nodePackage(root, to);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const windows = to.platform === 'win32';
  const program = windows ? 'node.exe' : 'node';
  copyFileSync(join(node.folder, 'bin', program), join(folder, program));
  const launcher = join(folder, windows ? 'sitewright.cmd' : 'sitewright');
  writeFileSync(launcher, windows ? commandFile(engineProcess) : shellFile(engineProcess));
  if (!windows) chmodSync(launcher, 0o755);
  return node;
}

/** What starts it on Windows. */
export function commandFile({ flags, environment }: typeof engineProcess): string {
  const lines = [
    '@echo off',
    'setlocal',
    ...Object.entries(environment).map(([name, value]) => `set ${name}=${value}`),
    `"%~dp0node.exe" ${flags.join(' ')} "%~dp0..\\resources\\${script.join('\\')}" %*`,
  ];
  return `${lines.join('\r\n')}\r\n`;
}

/** What starts it everywhere else. */
function shellFile({ flags, environment }: typeof engineProcess): string {
  const lines = [
    '#!/bin/sh',
    '# The command line of Sitewright, by the Node beside this file.',
    'here=$(dirname "$(readlink -f "$0")")',
    // macOS writes it with a capital.
    'resources=$here/../resources',
    '[ -d "$resources" ] || resources=$here/../Resources',
    ...Object.entries(environment).map(([name, value]) => `export ${name}=${value}`),
    `exec "$here/node" ${flags.join(' ')} "$resources/${script.join('/')}" "$@"`,
  ];
  return `${lines.join('\n')}\n`;
}

/** The package that brings Node for a platform. Throws where it is not installed. */
function nodePackage(root: string, { platform, arch }: PackedFor): ShippedPackage {
  const names = [`node-${platform === 'win32' ? 'win' : platform}-${arch}`, `node-bin-${platform}-${arch}`];
  for (const name of names) {
    try {
      return packagesNamed(root, [name])[0]!;
    } catch {
      // Not the package of this platform.
    }
  }
  throw new Error(`none of ${names.join(', ')} is installed: they bring the Node for the command line`);
}
