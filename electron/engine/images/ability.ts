import { bodyOf } from '../drivers/registry/calls.ts';
import type { RegistryClient, UploadSession } from '../drivers/registry/client.ts';
import type { UploadAbility } from './journal.ts';
import { isPassing } from './persistence.ts';

/** Whether an upload can be gone on with after a cut, and from where. */
type Survival = UploadAbility & { readonly session?: UploadSession };

/**
 * What survives of an upload of which so many bytes were taken: everything where the address of its beginning tells how far it is,
 * whole requests where only the newest address does, or nothing.
 */
export async function whatSurvives(
  registry: RegistryClient,
  repository: string,
  addresses: { readonly first: string; readonly newest: string },
  bytes: number,
  signal?: AbortSignal,
): Promise<Survival> {
  const ask = (location: string) =>
    registry.uploadStatus(repository, { location, offset: 0 }, signal).catch((error: unknown) => {
      if (signal?.aborted || isPassing(error)) throw error;
      // Who refuses the question does not tell how far an upload is.
      return undefined;
    });
  const byFirst = await ask(addresses.first);
  const session = byFirst ?? (await ask(addresses.newest));
  if (session?.offset !== bytes) return { resumes: 'nothing' };
  return { resumes: byFirst === undefined ? 'requests' : 'bytes', session };
}

/** Tries two small requests of one upload, and takes it away again: what of uploads survives a cut at this registry. */
export async function probeUploads(registry: RegistryClient, repository: string): Promise<UploadAbility> {
  const send = (to: UploadSession, words: string) =>
    registry.sendUpload(repository, to, bodyOf(Buffer.from(words), { ranged: true }));
  const first = await registry.openUpload(repository);
  let session: UploadSession = first;
  try {
    session = await send(first, 'sitewright');
    if (session.offset !== 10) return { resumes: 'nothing' };
    const addresses = { first: first.location, newest: session.location };
    const survival = await whatSurvives(registry, repository, addresses, 10);
    if (survival.session === undefined) return { resumes: 'nothing' };
    session = await send(survival.session, 'probe');
    return { resumes: session.offset === 15 ? survival.resumes : 'nothing' };
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
