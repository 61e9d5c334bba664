import assert from 'node:assert/strict';
import { appendFile, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { goBuildOf } from '../../../electron/engine/bundle/sbom/go-build.ts';
import { declareRegistry } from '../../kit/registry-release.ts';
import { copySample, refusalOf } from './sample-copy.ts';

let sample: Awaited<ReturnType<typeof copySample>>;
before(async () => {
  sample = await copySample();
  await mkdir(join(sample.folder, 'programs'));
  await declareRegistry(sample.folder, 'programs/registry');
});
after(() => sample.remove());

const pathIs = (path: string) =>
  refusalOf(sample, 'release.yaml', (yaml) => yaml.replace('amd64: programs/registry }', `amd64: ${path} }`));

test('a registry program that a host could not run is refused with its place', async () => {
  await writeFile(join(sample.folder, 'programs/words'), '#!/bin/sh\nexec registry "$@"\n');
  await copyFile(process.execPath, join(sample.folder, 'programs/dynamic'));
  for (const path of ['programs/words', 'programs/dynamic']) {
    const { code, file, problem } = await pathIs(path);
    assert.deepEqual([code, problem], ['release-invalid', `${path} is not a static Linux program for amd64`]);
    assert.match(file, /^release\.yaml:\d+:\d+$/);
  }
  assert.match((await pathIs('programs/absent')).problem, /programs\/absent does not exist/);
  assert.match((await pathIs('../registry')).problem, /leads out of the release folder/);
  assert.match((await pathIs('checks/profile.yaml')).problem, /named twice/);
});

test('a static program that is not the registry of distribution 3 is refused', async () => {
  // The smallest static ELF for this machine: one loadable segment, no interpreter.
  const elf = Buffer.alloc(120);
  elf.write('\x7fELF\x02\x01\x01', 'latin1');
  elf.writeUInt16LE(2, 16);
  elf.writeUInt16LE(62, 18);
  elf.writeBigUInt64LE(64n, 32);
  elf.writeUInt16LE(56, 54);
  elf.writeUInt16LE(1, 56);
  elf.writeUInt32LE(1, 64);
  const file = join(sample.folder, 'programs/other');
  await writeFile(file, elf);
  assert.equal((await pathIs('programs/other')).problem, 'programs/other is not the registry of distribution 3.1.2');
  const record = (module: string, version: string) => {
    const words = `${'0'.repeat(16)}path\tregistry\nmod\t${module}\t${version}\t\n${'1'.repeat(16)}`;
    assert.ok(words.length > 127 && words.length < 256);
    return Buffer.concat([
      Buffer.from('\xff Go buildinf:\x08\x02', 'latin1'),
      Buffer.alloc(16),
      Buffer.from([6]),
      Buffer.from('go1.26'),
      Buffer.from([128 + (words.length % 128), 1]),
      Buffer.from(words),
    ]);
  };
  for (const [module, version] of [
    ['github.com/distribution/distribution/v3/another/module/of/the/same/path', 'v3.1.2'],
    ['github.com/distribution/distribution/v3', 'v3.0.0'.padEnd(40, '\t')],
  ] as const) {
    await writeFile(file, elf);
    const made = record(module, version);
    assert.equal(goBuildOf(made)?.main.path, module);
    await appendFile(file, made);
    assert.match((await pathIs('programs/other')).problem, /is not the registry of distribution 3\.1\.2/);
  }
});
