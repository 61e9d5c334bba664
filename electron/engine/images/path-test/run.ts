import {
  type PathProbe,
  type PathProbeId,
  type PathReport,
  pathProbes,
  throwawayName,
} from '../../../contract/path-test.ts';
import { manifestCall } from '../../drivers/registry/calls.ts';
import type { RegistryClient } from '../../drivers/registry/client.ts';
import type { UploadAbility } from '../journal.ts';
import { tryChunks } from './chunks.ts';
import { emptyConfig, placesFor, shallower, smallBlob, throwawayManifest } from './content.ts';
import { type Addressed, type Judgement, judgeGreeting, judgeOpening } from './judge.ts';
import { tryLargeBodies } from './large-body.ts';
import { look, type Observation, patienceMs } from './look.ts';
import { putManifest, readBack, readManifest } from './read-back.ts';
import { inWords, skipped, statusOf } from './report.ts';
import { cleanUp, noteStored, takeAway } from './traces.ts';
import { open, type PathHands, type Tried, upload } from './uploads.ts';

export type PathTestOptions = {
  readonly registry: RegistryClient;
  /** Full names of the release's repositories, with the site's prefix. */
  readonly repositories: readonly string[];
  /** Size of the largest blob that will be sent, bytes. */
  readonly largest: number;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** Told after each probe. */
  readonly progress?: (done: number, total: number) => void;
};

type Found = { readonly problem?: Judgement | undefined; readonly seen?: Observation | undefined };

/**
 * Sends a throwaway layer, manifest and tag along the whole way to a registry, reads them back and takes them away again, before
 * the first real byte. Everything that can go wrong is named with its cause and what makes it good; a failure ends the test.
 */
export async function testPath(options: PathTestOptions): Promise<PathReport> {
  const { registry, signal, now } = options;
  const started = performance.now();
  const { main, others } = placesFor(options.repositories);
  let bytesSent = 0;
  const { protocol, host } = new URL(registry.origin);
  const to: Addressed = { scheme: protocol === 'https:' ? 'https' : 'http', host, anonymous: registry.anonymous };
  const hands: PathHands = {
    ...{ registry, to, signal },
    traces: { uploads: new Map(), content: new Map() },
    count: (bytes) => {
      bytesSent += bytes;
    },
  };
  const named = { registry: host, repository: main, now: now().toISOString() };
  const probes: PathProbe[] = [];
  const figures: { uplink?: number; bodyLimit?: number; resumes?: UploadAbility['resumes'] } = {};
  const left: string[] = [];
  let failed = false;

  const probe = async (id: PathProbeId, attempt: () => Promise<Found>): Promise<void> => {
    signal.throwIfAborted();
    if (failed) return void probes.push(skipped(id, named));
    const begun = performance.now();
    const found = withoutSize(await attempt());
    failed = found.problem !== undefined && statusOf(found.problem.cause) === 'failed';
    probes.push(inWords({ id, ...found, ms: performance.now() - begun }, named));
    options.progress?.(probes.length, pathProbes.length);
  };

  try {
    let greeted: Found = {};
    await probe('connect', async () => {
      const seen = await look(registry, { method: 'GET', path: '/v2/', scopes: [], patienceMs, signal });
      greeted = { seen, problem: judgeGreeting(seen, to) };
      const account = ['no-account', 'wrong-credentials', 'token-address'].includes(greeted.problem?.cause ?? '');
      return account ? { seen } : greeted;
    });
    await probe('sign-in', async () => greeted);

    let opened: Tried | undefined;
    await probe('open-upload', async () => {
      opened = await open(hands, main);
      return opened.problem === undefined ? opened : { ...opened, problem: await whyNotOpened(hands, main, opened) };
    });
    await probe('send', async () => {
      const sent = await upload(hands, main, smallBlob, opened?.location);
      return sent.problem === undefined ? await upload(hands, main, emptyConfig) : sent;
    });
    await probe('read-back', () => readBack(hands, main, smallBlob));
    await probe('chunks', async () => {
      const { resumes, ...found } = await tryChunks(hands, main);
      figures.resumes = resumes;
      return found;
    });
    await probe('large-body', async () => {
      const { uplink, bodyLimit, ...found } = await tryLargeBodies(hands, main, options.largest);
      Object.assign(figures, uplink !== undefined && { uplink }, bodyLimit !== undefined && { bodyLimit });
      // Smaller requests are of no use where only one of them is kept.
      const lost = probes.some(({ cause }) => cause === 'chunks-lost');
      return lost && found.problem?.cause === 'body-limit'
        ? { ...found, problem: { cause: 'body-limit-tiny' } }
        : found;
    });
    const [first, second] = [throwawayManifest(1), throwawayManifest(2)];
    let current = first;
    await probe('manifest', async () => {
      const put = await putManifest(hands, main, throwawayName, first);
      // Left by an earlier test where tags cannot be moved: a release's own tags are new there.
      if (put.problem?.cause !== 'tag-immutable') return put;
      noteStored(hands.traces, { repository: main, kind: 'manifests', digest: first.digest });
      return { seen: put.seen };
    });
    await probe('tag-again', async () => {
      const put = await putManifest(hands, main, throwawayName, second);
      if (put.problem === undefined) current = second;
      return put;
    });
    await probe('pull', () => readManifest(hands, main, throwawayName, current));
    const beside = `${main}-mount`;
    await probe('mount', async () => {
      const tried = await open(hands, beside, { digest: smallBlob.digest, from: main });
      // An upload was opened instead: a push uses that.
      if (tried.location !== undefined) return { seen: tried.seen, problem: { cause: 'mount-not-offered' } };
      const { problem } = tried;
      return problem === undefined
        ? tried
        : { ...tried, problem: { ...problem, params: { ...problem.params, repository: beside } } };
    });
    await probe('projects', async () => {
      let last: Found = {};
      for (const place of others) {
        const tried = await open(hands, place);
        last = tried;
        if (tried.problem === undefined) continue;
        const { cause, params } = await whyNotOpened(hands, place, tried);
        return { ...tried, problem: { cause, params: { ...params, repository: place } } };
      }
      return last;
    });
    await probe('delete', async () => {
      left.push(...(await takeAway(hands, signal)));
      signal.throwIfAborted();
      return left.length === 0 ? {} : { problem: { cause: 'delete-not-offered', params: { count: left.length } } };
    });
  } finally {
    // Also after a failure, and when cancelled.
    left.push(...(await cleanUp(hands)));
  }

  const worst = (['failed', 'warning'] as const).find((status) => probes.some((one) => one.status === status));
  return {
    ...{ registry: host, repository: main, verdict: worst ?? 'passed', probes, bytesSent, ...figures, left },
    seconds: (performance.now() - started) / 1000,
  };
}

/** A limit on bodies without a size that passes: what was refused is smaller than all that is ever pushed. */
function withoutSize({ seen, problem }: Found): Found {
  const tiny = problem?.cause === 'body-limit' && problem.params === undefined;
  return { seen, problem: tiny ? { cause: 'body-limit-tiny' } : problem };
}

/** What lies behind a refused opening: asked with the right to read, and one place higher up. */
async function whyNotOpened(hands: PathHands, place: string, { seen, problem }: Tried): Promise<Judgement> {
  // A wrong address of the upload was judged already.
  if (seen.status === 202) return problem!;
  const { registry, to, signal } = hands;
  const read = await look(registry, { ...manifestCall('HEAD', place, throwawayName), patienceMs, signal });
  const higher = shallower(place);
  const shallow = higher === undefined ? undefined : await open(hands, higher);
  const readable = read.status === 200 || read.status === 404;
  return judgeOpening(seen, to, { readable, shallow: shallow?.location !== undefined });
}
