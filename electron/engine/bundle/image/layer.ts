import { readFile } from 'node:fs/promises';
import { pack } from 'tar-stream';
import { type Blob, blobOf, digestOf } from '../blob.ts';
import { byCodePoint } from '../canonical.ts';
import { gzipReproducibly } from '../gzip.ts';
import type { LayerFile } from './folder-files.ts';

export const layerMediaType = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** A layer as it goes into the bundle, and the digest of its unpacked tar. */
export type Layer = { readonly blob: Blob; readonly diffId: string };

/** Times, owners and modes of the files would differ from machine to machine: all are set. */
const common = { mtime: new Date(0), uid: 0, gid: 0, uname: '', gname: '' };

/** Packs files below `to`, an absolute path in the image, in a fixed order. */
export async function buildLayer(files: readonly LayerFile[], to: string): Promise<Layer> {
  const root = to
    .split('/')
    .filter((part) => part !== '')
    .join('/');
  const placed = files.map(({ path, file }) => ({ name: root === '' ? path : `${root}/${path}`, file }));
  const folders = new Set<string>();
  for (const { name } of placed) {
    for (let end = name.indexOf('/'); end >= 0; end = name.indexOf('/', end + 1)) folders.add(name.slice(0, end));
  }
  const tar = pack();
  const collected = collect(tar);
  for (const name of [...folders].sort(byCodePoint))
    tar.entry({ ...common, name: `${name}/`, type: 'directory', mode: 0o755 });
  for (const { name, file } of placed.sort((a, b) => byCodePoint(a.name, b.name))) {
    const content = await readFile(file);
    // What begins with `#!` is a program, whatever the file system says of it.
    const mode = content.length > 2 && content[0] === 0x23 && content[1] === 0x21 ? 0o755 : 0o644;
    tar.entry({ ...common, name, type: 'file', mode }, content);
  }
  tar.finalize();
  const content = await collected;
  return { blob: blobOf(await gzipReproducibly(content), layerMediaType), diffId: digestOf(content) };
}

async function collect(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
