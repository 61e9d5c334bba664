import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { link, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildCommandLine, commandLine } from '../../../build/command-line.ts';
import { engineProcess } from '../../../build/engine-process.ts';
import { madeOnce } from '../../kit/cache.ts';
import { writeImageLayout } from '../../kit/image-layout.ts';

/** One image of a release: where it goes, and what it weighs. */
export type WorkloadImage = {
  /** `image-01`; also its layout of its own below `layouts`, tagged `release` there. */
  readonly name: string;
  readonly repository: string;
  readonly tag: string;
  readonly bytes: number;
};

/** A release as an OCI layout, as one layout per image over the same blobs, and as a bundle. */
export type Release = {
  readonly folder: string;
  readonly bundle: string;
  readonly images: readonly WorkloadImage[];
};

/** What is pushed, made once on the disk. */
export type Workload = {
  readonly first: Release;
  /** The first with one changed image: its base and its own layer. */
  readonly oneChanged: Release;
  /** The second release: seven of twelve images are others, most of their content is not. */
  readonly second: Release;
  /** One image with one large layer. */
  readonly large: Release & { readonly layerBytes: number };
  readonly blobs: number;
  readonly bytes: number;
};

type Descriptor = {
  readonly digest: string;
  readonly size: number;
  readonly annotations: Readonly<Record<string, string>>;
};
const refName = 'org.opencontainers.image.ref.name';
const changedImage = 5;

/** The command line as it is shipped, once there is a workload; this process was started by the launcher and has the environment of the shipped one. */
export const sitewright = `"${process.execPath}" ${engineProcess.flags.join(' ')} "${commandLine}"`;

/** Makes it in the account's cache folder at the first call (some minutes, 10 GB), and finds it there later. */
export async function makeWorkload(): Promise<Workload> {
  await buildCommandLine();
  const home = await madeOnce('bench-images-2', make);
  const [first, oneChanged, second, large] = await Promise.all(
    ['first', 'one-changed', 'second', 'large'].map((name) => read(join(home, name))),
  );
  const sum = JSON.parse(await readFile(join(home, 'sum.json'), 'utf8')) as {
    blobs: number;
    bytes: number;
    layerBytes: number;
  };
  return {
    first: first!,
    oneChanged: oneChanged!,
    second: second!,
    large: { ...large!, layerBytes: sum.layerBytes },
    blobs: sum.blobs,
    bytes: sum.bytes,
  };
}

async function make(home: string): Promise<void> {
  const { blobs, bytes } = await writeImageLayout(join(home, 'first'));
  await writeImageLayout(join(home, 'second'), { release: 2 });
  const [before, after] = [await topsOf(join(home, 'first')), await topsOf(join(home, 'second'))];
  const changed = before.map((top, at) =>
    at === changedImage ? { ...after[at]!, annotations: top.annotations } : top,
  );
  await compose(home, 'one-changed', changed);
  const [model] = before;
  await compose(home, 'large', [model!]);
  for (const name of ['first', 'second', 'one-changed', 'large']) await complete(join(home, name));
  const layerBytes = Math.max(...(await layersOf(join(home, 'first'), model!)).map(({ size }) => size));
  await writeFile(join(home, 'sum.json'), JSON.stringify({ blobs, bytes, layerBytes }));
}

/** Digest and size of every blob, image by image. */
export async function blobsOf({ folder }: Release): Promise<readonly (readonly Descriptor[])[]> {
  return Promise.all((await topsOf(folder)).map((top) => layersOf(folder, top)));
}

async function topsOf(folder: string): Promise<readonly Descriptor[]> {
  return (JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')) as { manifests: Descriptor[] }).manifests;
}

async function layersOf(folder: string, { digest }: Descriptor): Promise<readonly Descriptor[]> {
  const manifest = JSON.parse(await readFile(blobOf(folder, digest), 'utf8')) as {
    config: Descriptor;
    layers: Descriptor[];
  };
  return [...manifest.layers, manifest.config];
}

const blobOf = (folder: string, digest: string) => join(folder, 'blobs', digest.replace(':', '/'));

/** A layout of images of the two releases, over links to their blobs. */
async function compose(home: string, name: string, tops: readonly Descriptor[]): Promise<void> {
  const blobs = join(home, name, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  for (const release of ['first', 'second']) {
    const from = join(home, release, 'blobs', 'sha256');
    for (const blob of await readdir(from))
      if (!existsSync(join(blobs, blob))) await link(join(from, blob), join(blobs, blob));
  }
  await writeLayout(join(home, name), tops);
}

/** The layouts of single images, which the field's tools want, and the bundle. */
async function complete(folder: string): Promise<void> {
  const images: WorkloadImage[] = [];
  for (const top of await topsOf(folder)) {
    const [repository, tag] = top.annotations[refName]!.split(':') as [string, string];
    const name = repository.split('/')[1]!;
    const bytes = (await layersOf(folder, top)).reduce((sum, { size }) => sum + size, 0);
    images.push({ name, repository, tag, bytes });
    const alone = join(folder, 'layouts', name);
    await mkdir(alone, { recursive: true });
    await symlink('../../blobs', join(alone, 'blobs'));
    await writeLayout(alone, [{ ...top, annotations: { [refName]: 'release' } }]);
  }
  await writeFile(join(folder, 'images.json'), JSON.stringify(images));
  execFileSync('bash', ['-c', `${sitewright} bundle build --images "${folder}" --out "${folder}/bundle"`], {
    env: { ...process.env, SITEWRIGHT_HOME: join(folder, '..', 'data') },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function writeLayout(folder: string, manifests: readonly Descriptor[]): Promise<void> {
  await writeFile(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  await writeFile(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
}

async function read(folder: string): Promise<Release> {
  const images = JSON.parse(await readFile(join(folder, 'images.json'), 'utf8')) as WorkloadImage[];
  return { folder, bundle: join(folder, 'bundle'), images };
}
