import { createCipheriv, createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, open, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** One image of the workload: its name in the layouts and where it goes. */
export type WorkloadImage = { readonly name: string; readonly repository: string; readonly bytes: number };

/** OCI layouts on the disk, made once: the whole release, each image by itself, and the next release. */
export type Workload = {
  /** All images; `layouts/<name>` is one of them alone, over the same blobs. */
  readonly folder: string;
  readonly images: readonly WorkloadImage[];
  /** The next release: the same but for the top layer of one image. */
  readonly next: string;
  /** One image with one large layer. */
  readonly large: { readonly folder: string; readonly image: WorkloadImage; readonly layerBytes: number };
  readonly blobs: number;
  readonly bytes: number;
};

const megabyte = 1_000_000;
const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const layerType = 'application/vnd.oci.image.layer.v1.tar+gzip';

type LayerPlan = { readonly seed: string; readonly bytes: number };
type ImagePlan = { readonly name: string; readonly repository: string; readonly layers: readonly LayerPlan[] };
type Descriptor = { readonly mediaType: string; readonly digest: string; readonly size: number };

/** 12 images, 52 blobs with their configurations, 1,629 MB: shared bases and runtimes, one large layer, many small ones. */
function planned(release: 1 | 2): readonly ImagePlan[] {
  const layer = (seed: string, size: number): LayerPlan => ({ seed, bytes: Math.round(size * megabyte) });
  const bases = [layer('base-a', 78), layer('base-b', 31)] as const;
  const runtimes = [layer('jre', 190), layer('python', 121), layer('node', 58)] as const;
  const small = [0.001, 0.02, 0.4, 1.7, 4.5] as const;
  return Array.from({ length: 12 }, (_, at): ImagePlan => {
    const name = `image-${String(at + 1).padStart(2, '0')}`;
    const own =
      at === 0
        ? [layer('model', 424), layer(`${name}-0`, 2.6)]
        : [layer(`${name}-0`, 9 + at * 6.1), layer(`${name}-1`, at === 3 ? 161.6 : small[at % 5]! * 4)];
    // Some images have a third layer, a few kilobytes of configuration.
    if (at >= 1 && at <= 11) own.push(layer(`${name}-2`, small[(at + 2) % 5]!));
    if (release === 2 && at === 5) own[0] = layer(`${name}-0-changed`, 39.5);
    return { name, repository: `energy/${name}`, layers: [bases[at < 7 ? 0 : 1]!, runtimes[at % 3]!, ...own] };
  });
}

/** Makes them in the account's cache folder at the first call, and finds them there later. */
export async function makeWorkload(): Promise<Workload> {
  const home = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'sitewright-test', 'bench-images-1');
  if (!existsSync(home)) {
    await mkdir(dirname(home), { recursive: true });
    const aside = await mkdtemp(`${home}-`);
    await write(join(aside, 'release-1'), planned(1));
    await write(join(aside, 'release-2'), planned(2));
    const [first] = planned(1);
    await write(join(aside, 'large'), [{ ...first!, layers: [first!.layers[2]!] }]);
    await rename(aside, home);
  }
  const images = await readImages(join(home, 'release-1'));
  const [large] = await readImages(join(home, 'large'));
  const { blobs, bytes } = JSON.parse(await readFile(join(home, 'release-1', 'sum.json'), 'utf8')) as Workload;
  return {
    folder: join(home, 'release-1'),
    images,
    next: join(home, 'release-2'),
    large: { folder: join(home, 'large'), image: large!, layerBytes: 424 * megabyte },
    blobs,
    bytes,
  };
}

async function readImages(folder: string): Promise<readonly WorkloadImage[]> {
  return JSON.parse(await readFile(join(folder, 'images.json'), 'utf8')) as WorkloadImage[];
}

async function write(folder: string, images: readonly ImagePlan[]): Promise<void> {
  const blobs = join(folder, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  const written = new Map<string, Descriptor>();
  const sizes = new Map<string, number>();
  const keep = async (content: Buffer) => {
    const hash = createHash('sha256').update(content).digest('hex');
    await writeFile(join(blobs, hash), content);
    return { digest: `sha256:${hash}`, size: content.length };
  };
  const list: WorkloadImage[] = [];
  const tops: object[] = [];
  for (const image of images) {
    const layers: Descriptor[] = [];
    for (const plan of image.layers) {
      const layer = written.get(plan.seed) ?? { mediaType: layerType, ...(await writeLayer(blobs, plan)) };
      written.set(plan.seed, layer);
      layers.push(layer);
    }
    const diffs = layers.map(({ digest }) => digest);
    const config = {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      ...(await keep(
        Buffer.from(
          JSON.stringify({
            architecture: 'amd64',
            os: 'linux',
            config: {},
            rootfs: { type: 'layers', diff_ids: diffs },
          }),
        ),
      )),
    };
    for (const { digest, size } of [...layers, config]) sizes.set(digest, size);
    const manifest = { schemaVersion: 2, mediaType: manifestType, config, layers };
    const annotations = { 'org.opencontainers.image.ref.name': image.name };
    const top = { mediaType: manifestType, ...(await keep(Buffer.from(JSON.stringify(manifest)))), annotations };
    tops.push(top);
    list.push({
      name: image.name,
      repository: image.repository,
      bytes: layers.reduce((sum, { size }) => sum + size, config.size),
    });
    const alone = join(folder, 'layouts', image.name);
    await mkdir(alone, { recursive: true });
    await symlink('../../blobs', join(alone, 'blobs'));
    await writeLayout(alone, [top]);
  }
  await writeLayout(folder, tops);
  await writeFile(join(folder, 'images.json'), JSON.stringify(list));
  const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  await writeFile(join(folder, 'sum.json'), JSON.stringify({ blobs: sizes.size, bytes }));
}

async function writeLayout(folder: string, manifests: readonly object[]): Promise<void> {
  await writeFile(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  await writeFile(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
}

/** Bytes that no compression shortens, as layers are; the same on every machine. */
async function writeLayer(blobs: string, { seed, bytes }: LayerPlan): Promise<{ digest: string; size: number }> {
  const noise = createCipheriv(
    'aes-128-ctr',
    createHash('sha256').update(seed).digest().subarray(0, 16),
    Buffer.alloc(16),
  );
  const hash = createHash('sha256');
  const aside = join(blobs, `making-${seed}`);
  const file = await open(aside, 'w');
  const zeros = Buffer.alloc(4 * 1024 * 1024);
  for (let at = 0; at < bytes; at += zeros.length) {
    const piece = noise.update(zeros.subarray(0, Math.min(zeros.length, bytes - at)));
    hash.update(piece);
    await file.write(piece);
  }
  await file.close();
  const digest = hash.digest('hex');
  await rm(join(blobs, digest), { force: true });
  await rename(aside, join(blobs, digest));
  return { digest: `sha256:${digest}`, size: bytes };
}
