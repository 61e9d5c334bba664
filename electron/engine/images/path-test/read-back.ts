import { imageManifestType } from '../../bundle/image/media-types.ts';
import { mostHops, sentOn } from '../../drivers/registry/blobs.ts';
import { blobCall, manifestCall, putManifestCall } from '../../drivers/registry/calls.ts';
import { isBetween } from '../../drivers/registry/causes.ts';
import type { Throwaway } from './content.ts';
import { type Addressed, type Judgement, judgeRefusal } from './judge.ts';
import { headerOf, look, type Observation, patienceMs } from './look.ts';
import { store } from './traces.ts';
import type { PathHands } from './uploads.ts';

/** What was asked last, and what is wrong with the answer. */
export type Read = { readonly seen: Observation; readonly problem?: Judgement };

/** Whether what was just stored can be read again, byte for byte. */
export async function readBack(hands: PathHands, repository: string, { content, digest }: Throwaway): Promise<Read> {
  const { registry, to, signal } = hands;
  const call = { ...blobCall('GET', repository, digest), patienceMs, signal };
  const head = await look(registry, { ...call, method: 'HEAD' });
  const length = headerOf(head, 'content-length');
  if (head.status === 404) return { seen: head, problem: { cause: 'content-gone' } };
  // Some proxies take the length of a head away: the bytes tell it then.
  if (head.status === 200 && length !== undefined && Number(length) !== content.length)
    return {
      seen: head,
      problem: { cause: 'content-changed', params: { sent: content.length, found: Number(length) } },
    };
  let seen = await look(registry, call);
  for (let hops = 0; hops < mostHops && sentOn.includes(seen.status ?? 0); hops += 1) {
    const from = new URL(seen.path, registry.origin).href;
    const location = headerOf(seen, 'location') ?? '';
    if (!URL.canParse(location, from)) break;
    const { href, origin, protocol } = new URL(location, from);
    const open = to.scheme === 'https' && protocol !== 'https:';
    if (!open) seen = await look(registry, { ...call, path: href });
    // A push that reads back, and each host that pulls, is sent there too.
    if (open || (seen.error !== undefined && origin !== registry.origin))
      return { seen, problem: { cause: 'store-address', params: { address: origin } } };
  }
  if (seen.status !== 200) return { seen, problem: judgeReading(seen, to) };
  if (!seen.body.equals(content))
    return {
      seen,
      problem: { cause: 'content-changed', params: { sent: content.length, found: seen.body.length } },
    };
  return { seen };
}

/** Why what was stored is not given back: it is gone, unless what answers says that it is about something else. */
function judgeReading(seen: Observation, to: Addressed): Judgement {
  if (seen.error?.code === 'registry-unauthorized') return { cause: 'no-access' };
  const judged = judgeRefusal(seen, to);
  if (judged.cause === 'no-push-right') return { cause: 'no-access' };
  return seen.error !== undefined || isBetween(judged) ? judged : { cause: 'content-gone' };
}

/** Stores a manifest under a tag. */
export async function putManifest(
  hands: PathHands,
  repository: string,
  tag: string,
  manifest: Throwaway,
): Promise<Read> {
  const { to, signal } = hands;
  const { digest, content } = manifest;
  const call = { ...putManifestCall(repository, tag, imageManifestType, content), patienceMs, signal };
  const accepted = [200, 201, 202];
  const seen = await store(hands, { repository, kind: 'manifests', digest }, call, accepted);
  if (accepted.includes(seen.status ?? 0)) return { seen };
  const judged = judgeRefusal(seen, to);
  // The right was there for the layers: what is refused now is the manifest itself.
  const itself = judged.cause === 'unexpected' && (seen.status ?? 0) < 500;
  return { seen, problem: itself ? { cause: 'manifest-refused', params: { status: seen.status ?? 0 } } : judged };
}

/** Whether a tag and its digest give the manifest back. */
export async function readManifest(
  hands: PathHands,
  repository: string,
  tag: string,
  manifest: Throwaway,
): Promise<Read> {
  const { registry, to, signal } = hands;
  let seen: Observation | undefined;
  for (const reference of [tag, manifest.digest]) {
    seen = await look(registry, { ...manifestCall('GET', repository, reference), patienceMs, signal });
    if (seen.status !== 200) return { seen, problem: judgeReading(seen, to) };
    if (!seen.body.equals(manifest.content)) {
      const params = { sent: manifest.content.length, found: seen.body.length };
      return { seen, problem: { cause: 'content-changed', params } };
    }
  }
  return { seen: seen! };
}
