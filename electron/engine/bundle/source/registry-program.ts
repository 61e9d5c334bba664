import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from '../../../contract/text.ts';
import { type Blob, blobOfFile, digestOf } from '../blob.ts';
import { type Architecture, architectures, type RegistryProgram } from '../release.ts';
import { type GoModule, goBuildOf } from '../sbom/go-build.ts';
import { isTextPath } from '../text-path.ts';
import { invalid } from './place.ts';
import { isInside, type ReleaseSource } from './release-source.ts';

/** The module that the registry of distribution 3 is built from. */
const registryModule = 'github.com/distribution/distribution/v3';
/** Machine numbers of ELF. */
const machines: Readonly<Record<Architecture, number>> = { amd64: 62, arm64: 183 };
/** Type of the program header that names a dynamic linker. */
const interpreterHeader = 3;

/** A registry program that was looked into: what it is, and what it is made of. */
export type BuiltProgram = {
  readonly path: string;
  readonly blob: Blob;
  readonly architecture: Architecture;
  readonly version: string;
  /** SPDX expression. */
  readonly licence: string;
  /** The Go modules that were compiled into it. */
  readonly modules: readonly GoModule[];
};

/**
 * Reads the release's registry programs. Each must be what a host can run as it is: a static ELF program of its
 * architecture, made of distribution 3 in the version that is declared. Error: release-invalid with line and column.
 */
export async function readRegistryPrograms(source: ReleaseSource): Promise<readonly BuiltProgram[]> {
  const declared = source.file.registry;
  if (declared === undefined) return [];
  const built: BuiltProgram[] = [];
  for (const architecture of architectures) {
    const path = declared.programs[architecture];
    if (path === undefined) continue;
    const place = source.place(['registry', 'programs', architecture]);
    if (!isInside(path)) throw invalid(place, text('bundle.problem.outside', { path }));
    if (source.files.has(path) || built.some((other) => other.path === path))
      throw invalid(place, text('bundle.problem.twice', { name: path }));
    const file = join(source.folder, path);
    const content = await readFile(file).catch((error: unknown) => {
      throw invalid(place, text('bundle.problem.file-missing', { path }), error);
    });
    // A file that is read as text when a bundle is opened would be no program for long.
    if (isTextPath(path) || !isStaticProgram(content, machines[architecture]))
      throw invalid(place, text('bundle.problem.program', { path, architecture }));
    const modules = modulesOf(content, declared);
    if (modules === undefined)
      throw invalid(place, text('bundle.problem.program-origin', { path, version: declared.version }));
    built.push({
      ...{ path, architecture, modules, version: declared.version, licence: declared.licence.id },
      blob: blobOfFile(file, digestOf(content), content.length, 'application/octet-stream'),
    });
  }
  return built;
}

/** Whether it is a 64-bit little-endian ELF program for this machine that needs no dynamic linker. */
function isStaticProgram(content: Buffer, machine: number): boolean {
  if (content.length < 64 || content.readUInt32BE(0) !== 0x7f454c46) return false;
  if (content[4] !== 2 || content[5] !== 1 || content.readUInt16LE(18) !== machine) return false;
  const start = Number(content.readBigUInt64LE(32));
  const size = content.readUInt16LE(54);
  const count = content.readUInt16LE(56);
  if (count === 0 || start + size * count > content.length) return false;
  return Array.from({ length: count }, (_, index) => content.readUInt32LE(start + index * size)).every(
    (type) => type !== interpreterHeader,
  );
}

/** The modules besides its own; undefined where the program is not the registry that is declared. */
function modulesOf(content: Buffer, { version }: RegistryProgram): readonly GoModule[] | undefined {
  const build = goBuildOf(content);
  if (build?.main.path !== registryModule) return undefined;
  // Built from a checkout, it may know no version of its own.
  const known = /^v(\d+\.\d+\.\d+)$/.exec(build.main.version)?.[1];
  return known === undefined || known === version ? build.modules : undefined;
}
