import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pack } from 'tar-stream';

export type Descriptor = {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly [field: string]: unknown;
};

/** An OCI layout that a test fills by hand, with whatever shapes it is about. */
export type HandMadeLayout = {
  readonly folder: string;
  /** Describes bytes, and stores them unless told otherwise. */
  readonly put: (
    content: Buffer | string | object,
    mediaType: string,
    options?: { readonly algorithm?: 'sha256' | 'sha512'; readonly stored?: boolean },
  ) => Promise<Descriptor>;
  /** Names a manifest in `index.json`. */
  readonly name: (descriptor: Descriptor, reference: string) => Promise<void>;
};

export const manifestType = 'application/vnd.oci.image.manifest.v1+json';
export const indexType = 'application/vnd.oci.image.index.v1+json';
export const configType = 'application/vnd.oci.image.config.v1+json';
export const layerType = 'application/vnd.oci.image.layer.v1.tar';

export async function handMadeLayout(folder: string): Promise<HandMadeLayout> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  const manifests: object[] = [];
  return {
    folder,
    put: async (content, mediaType, { algorithm = 'sha256', stored = true } = {}) => {
      const bytes = Buffer.isBuffer(content)
        ? content
        : Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
      const hex = createHash(algorithm).update(bytes).digest('hex');
      if (stored) {
        await mkdir(join(folder, 'blobs', algorithm), { recursive: true });
        await writeFile(join(folder, 'blobs', algorithm, hex), bytes);
      }
      return { mediaType, digest: `${algorithm}:${hex}`, size: bytes.length };
    },
    name: async (descriptor, reference) => {
      manifests.push({ ...descriptor, annotations: { 'org.opencontainers.image.ref.name': reference } });
      await writeFile(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
    },
  };
}

const isProgram = (content: string | Buffer) => Buffer.isBuffer(content) && content.subarray(0, 4).equals(elf);
const elf = Buffer.from('\x7fELF', 'latin1');

/** A tar of files; links by `-> target` as content. Programs may be run. */
export async function tarOf(files: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) {
    const link = typeof content === 'string' && /^-> (.*)$/.exec(content)?.[1];
    if (link) tar.entry({ name, type: 'symlink', linkname: link, mtime: new Date(0) });
    else tar.entry({ name, mtime: new Date(0), ...(isProgram(content) && { mode: 0o755 }) }, content);
  }
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar as unknown as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
