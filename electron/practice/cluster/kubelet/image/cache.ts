import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { arch } from 'node:process';
import { type ImageReference, parseReference } from './reference.ts';
import { type Credential, connectionWords, openRegistry, PullProblem, type RegistryReader } from './registry.ts';
import { NoSuchHost, routeTo } from './trust.ts';
import { unpackLayer } from './unpack.ts';

/** What an image says about how it is run; the parts that matter here. */
export type ImageConfig = {
  readonly Entrypoint?: readonly string[] | null;
  readonly Cmd?: readonly string[] | null;
  readonly Env?: readonly string[] | null;
  readonly WorkingDir?: string;
};

export type Image = {
  /** `host/repository@digest`. */
  readonly id: string;
  /** Local folder with the unpacked layers. */
  readonly root: string;
  readonly config: ImageConfig;
};

type Node = { readonly name: string; readonly root: string };
type Descriptor = {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: { readonly os: string; readonly architecture: string };
};

/** The images of all nodes: unpacked once, but present at a node only when that node has pulled them itself. */
export type ImageCache = {
  /** The image when the node has it. */
  readonly present: (node: Node, reference: string) => Promise<Image | undefined>;
  /** Pulls by digest, with the node's own trust. Errors: PullProblem. */
  readonly pull: (
    node: Node,
    reference: string,
    credential: (host: string) => Credential | undefined,
  ) => Promise<Image>;
};

export function openImageCache(folder: string): ImageCache {
  const running = new Map<string, Promise<void>>();
  const folderOf = (digest: string): string => join(folder, digest.replace(':', '-'));
  const listOf = async (node: Node): Promise<Record<string, string>> =>
    JSON.parse(await readFile(join(folder, `${node.name}.json`), 'utf8').catch(() => '{}')) as Record<string, string>;

  const open = async (image: ImageReference, digest: string): Promise<Image> => {
    const { config = {} } = JSON.parse(await readFile(join(folderOf(digest), 'config.json'), 'utf8')) as {
      config?: ImageConfig;
    };
    return { id: `${image.host}/${image.repository}@${digest}`, root: join(folderOf(digest), 'rootfs'), config };
  };

  const fetchImage = async (registry: RegistryReader, digest: string): Promise<void> => {
    const work = join(folder, `.${randomUUID()}`);
    await mkdir(join(work, 'rootfs'), { recursive: true, mode: 0o700 });
    try {
      const manifest = await platformManifest(registry, digest);
      await registry.blob(manifest.config.digest, manifest.config.size, join(work, 'config.json'));
      const config = JSON.parse(await readFile(join(work, 'config.json'), 'utf8')) as {
        rootfs?: { diff_ids?: string[] };
      };
      for (const [index, layer] of manifest.layers.entries()) {
        const file = join(work, 'layer');
        await registry.blob(layer.digest, layer.size, file);
        await unpackLayer(file, /gzip$/.test(layer.mediaType), config.rootfs?.diff_ids?.[index], join(work, 'rootfs'));
        await rm(file);
      }
      await rename(work, folderOf(digest)).catch((error: NodeJS.ErrnoException) => {
        if (!existsSync(folderOf(digest))) throw error;
      });
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  };

  return {
    present: async (node, reference) => {
      const image = parseReference(reference);
      const digest = (await listOf(node))[reference];
      return image === undefined || digest === undefined || !existsSync(folderOf(digest))
        ? undefined
        : open(image, digest);
    },
    pull: async (node, reference, credential) => {
      const image = parseReference(reference);
      if (image === undefined)
        throw new PullProblem(`couldn't parse image name "${reference}": invalid reference format`);
      const asked = `failed to pull and unpack image "${reference}"`;
      try {
        const route = await routeTo(node.root, image.host).catch((error: Error) => {
          if (!(error instanceof NoSuchHost)) throw error;
          throw new PullProblem(
            `failed to do request: Head "https://${image.host}/v2/": ${connectionWords(error, { address: '', port: 0, servername: '' })}`,
          );
        });
        const registry = openRegistry(route, image, credential(image.host));
        const digest = await registry.resolve(image.digest ?? image.tag ?? 'latest').catch((error: Error) => {
          throw new PullProblem(`failed to resolve reference "${reference}": ${error.message}`);
        });
        if (image.digest !== undefined && digest !== image.digest)
          throw new PullProblem(`the registry answered with digest ${digest}`);
        if (existsSync(folderOf(digest))) await registry.manifest(digest);
        else {
          const shared = running.get(digest) ?? fetchImage(registry, digest);
          running.set(digest, shared);
          await shared.finally(() => running.delete(digest));
        }
        const list = await listOf(node);
        const next = join(folder, `${node.name}.json`);
        await writeFile(`${next}.next`, JSON.stringify({ ...list, [reference]: digest }));
        await rename(`${next}.next`, next);
        return await open(image, digest);
      } catch (error) {
        throw new PullProblem(
          `rpc error: code = ${/not found$/.test((error as Error).message) ? 'NotFound' : 'Unknown'} desc = ${asked}: ${(error as Error).message}`,
        );
      }
    },
  };
}

/** The manifest of this machine's architecture, through an index when there is one. */
async function platformManifest(
  registry: RegistryReader,
  digest: string,
): Promise<{ config: Descriptor; layers: Descriptor[] }> {
  const { content } = await registry.manifest(digest);
  const parsed = JSON.parse(content.toString('utf8')) as {
    manifests?: Descriptor[];
    config?: Descriptor;
    layers?: Descriptor[];
  };
  if (parsed.manifests === undefined) {
    if (parsed.config === undefined || parsed.layers === undefined)
      throw new PullProblem(`manifest ${digest} is not an image`);
    return { config: parsed.config, layers: parsed.layers };
  }
  const wanted = arch === 'x64' ? 'amd64' : arch;
  const fitting = parsed.manifests.find(({ platform }) => platform?.os === 'linux' && platform.architecture === wanted);
  if (fitting === undefined) throw new PullProblem(`no match for platform in manifest ${digest}: not found`);
  return platformManifest(registry, fitting.digest);
}

/** Name of a container's run, as a runtime gives it. */
export function containerId(): string {
  return `containerd://${createHash('sha256').update(randomUUID()).digest('hex')}`;
}
