import type { RegistryClient, UploadSession } from '../drivers/registry/client.ts';
import type { UploadAbility } from './journal.ts';

const bodyOf = (content: Buffer) => ({
  length: content.length,
  ranged: true,
  sent: () => undefined,
  open: async function* () {
    yield content;
  },
});

/**
 * Tries two small requests of one upload, and takes it away again: whether the registry tells how far an upload is by the
 * address of its beginning (then a cut costs nothing), only by the newest one (then whole requests survive), or not at all.
 */
export async function probeUploads(registry: RegistryClient, repository: string): Promise<UploadAbility> {
  const first = await registry.openUpload(repository);
  let session: UploadSession = first;
  try {
    session = await registry.sendUpload(repository, session, bodyOf(Buffer.from('sitewright')));
    const half = session.offset;
    const byFirst = await registry.uploadStatus(repository, first);
    const byLast = byFirst ?? (await registry.uploadStatus(repository, session));
    if (half !== 10 || byLast?.offset !== 10) return { resumes: 'nothing' };
    session = await registry.sendUpload(repository, byLast, bodyOf(Buffer.from('probe')));
    if (session.offset !== 15) return { resumes: 'nothing' };
    return { resumes: byFirst === undefined ? 'requests' : 'bytes' };
  } finally {
    await registry.abandonUpload(repository, session);
  }
}

/** Sizes that are tried one after the other once a body was refused for its size, bytes. */
const sizes = [64, 16, 4, 1, 0.25, 0.0625].map((mebibytes) => mebibytes * 1024 ** 2);

/** The next smaller body to try after one of this size was refused; undefined when there is none that makes sense. */
export function smallerBody(refused: number): number | undefined {
  return sizes.find((size) => size < refused);
}
