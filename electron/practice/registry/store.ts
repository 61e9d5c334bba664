import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, replaceFile } from '../settings.ts';

/** A kept manifest. */
export type StoredManifest = { readonly digest: string; readonly mediaType: string; readonly content: Buffer };

/**
 * What the practice registry keeps on disk: blobs by digest once for all repositories, and per repository which blobs,
 * manifests and tags it has. Every file is renamed into its place, so a kill leaves nothing half-written.
 */
export type RegistryStore = {
  /** Size of a blob that the repository has. */
  readonly blobSize: (repository: string, digest: string) => Promise<number | undefined>;
  readonly blobPath: (digest: string) => string;
  /** Takes over a finished upload file as a blob of the repository. */
  readonly keepBlob: (repository: string, digest: string, uploaded: string) => Promise<void>;
  /** Gives a repository a blob that another one has; false when that one has it not. */
  readonly mountBlob: (repository: string, digest: string, from: string) => Promise<boolean>;
  readonly removeBlob: (repository: string, digest: string) => Promise<boolean>;
  /** By digest or tag. */
  readonly manifest: (repository: string, reference: string) => Promise<StoredManifest | undefined>;
  readonly keepManifest: (repository: string, manifest: StoredManifest, tag: string | undefined) => Promise<void>;
  /** A digest takes its tags with it. */
  readonly removeManifest: (repository: string, reference: string) => Promise<boolean>;
  /** Sorted; undefined when the repository is unknown. */
  readonly tags: (repository: string) => Promise<readonly string[] | undefined>;
  readonly repositories: () => Promise<readonly string[]>;
  /** Folder of the uploads in progress. */
  readonly uploads: string;
};

const digestPattern = /^sha256:([0-9a-f]{64})$/;

/** True for a digest that the registry keeps: SHA-256 only. */
export function isDigest(reference: string): boolean {
  return digestPattern.test(reference);
}

export async function openRegistryStore(folder: string): Promise<RegistryStore> {
  const blobs = join(folder, 'blobs', 'sha256');
  const repositories = join(folder, 'repositories');
  const uploads = join(folder, 'uploads');
  await Promise.all([makeFolder(blobs), makeFolder(repositories), makeFolder(uploads)]);

  const hex = (digest: string) => digestPattern.exec(digest)![1]!;
  const blobPath = (digest: string) => join(blobs, hex(digest));
  // A repository's slashes would nest its folders into those of another one.
  const place = (repository: string, ...rest: string[]) => join(repositories, repository.replaceAll('/', '+'), ...rest);
  const link = async (path: string, content: string) => {
    await mkdir(join(path, '..'), { recursive: true });
    await replaceFile(path, content);
  };
  const text = (path: string) => readFile(path, 'utf8').catch(() => undefined);
  const removed = (path: string) =>
    rm(path).then(
      () => true,
      () => false,
    );
  const names = (path: string) => readdir(path).catch(() => undefined);
  const tagNames = async (repository: string) =>
    (await names(place(repository, 'tags')))?.filter((name) => !name.endsWith('.partial'));

  return {
    uploads,
    blobPath,
    async blobSize(repository, digest) {
      const linked = await stat(place(repository, 'blobs', hex(digest))).catch(() => undefined);
      if (linked === undefined) return undefined;
      return (await stat(blobPath(digest)).catch(() => undefined))?.size;
    },
    async keepBlob(repository, digest, uploaded) {
      const target = blobPath(digest);
      const there = await stat(target).catch(() => undefined);
      if (there === undefined) await rename(uploaded, target);
      else await rm(uploaded, { force: true });
      await link(place(repository, 'blobs', hex(digest)), '');
    },
    async mountBlob(repository, digest, from) {
      if ((await text(place(from, 'blobs', hex(digest)))) === undefined) return false;
      await link(place(repository, 'blobs', hex(digest)), '');
      return true;
    },
    removeBlob: (repository, digest) => removed(place(repository, 'blobs', hex(digest))),
    async manifest(repository, reference) {
      const digest = isDigest(reference) ? reference : await text(place(repository, 'tags', reference));
      if (digest === undefined) return undefined;
      const mediaType = await text(place(repository, 'manifests', hex(digest)));
      const content = mediaType === undefined ? undefined : await readFile(blobPath(digest)).catch(() => undefined);
      return mediaType === undefined || content === undefined ? undefined : { digest, mediaType, content };
    },
    async keepManifest(repository, { digest, mediaType, content }, tag) {
      await replaceFile(blobPath(digest), content);
      await link(place(repository, 'manifests', hex(digest)), mediaType);
      if (tag !== undefined) await link(place(repository, 'tags', tag), digest);
    },
    async removeManifest(repository, reference) {
      if (!isDigest(reference)) return removed(place(repository, 'tags', reference));
      for (const tag of (await tagNames(repository)) ?? []) {
        if ((await text(place(repository, 'tags', tag))) === reference) await removed(place(repository, 'tags', tag));
      }
      return removed(place(repository, 'manifests', hex(reference)));
    },
    async tags(repository) {
      if ((await names(place(repository))) === undefined) return undefined;
      return ((await tagNames(repository)) ?? []).sort();
    },
    repositories: async () => ((await names(repositories)) ?? []).map((name) => name.replaceAll('+', '/')).sort(),
  };
}
