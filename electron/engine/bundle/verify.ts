import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { SitewrightError } from '../../contract/errors.ts';
import { type Text, text } from '../../contract/text.ts';
import { type BlobEntry, type BundleManifest, extentsOf, type PartEntry } from './format.ts';
import { readManifest } from './manifest.ts';
import { findPart } from './reader.ts';

/** What the verification found out about one part. `blobs` are the digests that are damaged in it. */
export type PartVerdict = {
  readonly name: string;
  readonly ok: boolean;
  readonly problem?: Text;
  readonly blobs: readonly string[];
};
/** `blobs` and `bytes` count what was found whole. */
export type BundleVerdict = { readonly parts: readonly PartVerdict[]; readonly blobs: number; readonly bytes: number };

export type VerifyOptions = {
  /** Bytes read, of all bytes of the parts. */
  readonly progress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
};

type Stretch = { readonly blob: BlobEntry; readonly start: number; readonly end: number };

/**
 * Reads every part once and compares each part and each blob with its digest. Bad and missing parts are told, all of them,
 * so that only those need copying again. Errors: bundle-not-found, bundle-invalid, bundle-signature-invalid, cancelled.
 */
export async function verifyBundle(folders: readonly string[], options: VerifyOptions = {}): Promise<BundleVerdict> {
  const { manifest, signature } = await readManifest(folders);
  if (!signature.valid) throw new SitewrightError('bundle-signature-invalid', { folder: folders.join(', ') });
  const total = manifest.parts.reduce((sum, part) => sum + part.size, 0);
  const hashes = new Map<string, Hash>(manifest.blobs.map(({ digest }) => [digest, createHash('sha256')]));
  const verdicts: PartVerdict[] = [];
  let done = 0;

  for (const part of manifest.parts) {
    const found = await findPart(folders, part);
    if (found === undefined) {
      verdicts.push({ name: part.name, ok: false, problem: text('bundle.verify.missing'), blobs: [] });
    } else {
      const before = done;
      const matches = await hashPart(found.file, part, stretchesOf(manifest, part), hashes, (bytes) => {
        if (options.signal?.aborted) throw new SitewrightError('cancelled');
        done += bytes;
        options.progress?.(Math.min(done, total), total);
      });
      done = before;
      const size =
        found.size === part.size ? undefined : text('bundle.verify.size', { found: found.size, expected: part.size });
      const problem = size ?? (matches ? undefined : text('bundle.verify.digest'));
      verdicts.push({ name: part.name, ok: problem === undefined, ...(problem && { problem }), blobs: [] });
    }
    done += part.size;
    options.progress?.(done, total);
  }

  const bad = manifest.blobs.filter(({ digest }) => `sha256:${hashes.get(digest)?.digest('hex')}` !== digest);
  const parts = verdicts.map((verdict) => withBlobs(verdict, bad, manifest));
  const bytes = manifest.blobs.reduce((sum, { size }) => sum + size, 0) - bad.reduce((sum, { size }) => sum + size, 0);
  return { parts, blobs: manifest.blobs.length - bad.length, bytes };
}

/** A damaged blob is told of the parts that are damaged themselves; a good part that shares it need not be copied again. */
function withBlobs(verdict: PartVerdict, bad: readonly BlobEntry[], manifest: BundleManifest): PartVerdict {
  if (verdict.ok || verdict.problem === undefined) return verdict;
  const blobs = bad
    .filter((blob) => extentsOf(blob, manifest.parts).some((extent) => extent.part === verdict.name))
    .map((blob) => blob.digest);
  const list = blobs.length === 0 ? '-' : blobs.join(', ');
  return {
    ...verdict,
    blobs,
    problem: text('bundle.verify.with-blobs', { problem: verdict.problem, count: blobs.length, blobs: list }),
  };
}

function stretchesOf(manifest: BundleManifest, part: PartEntry): readonly Stretch[] {
  return manifest.blobs
    .flatMap((blob) =>
      extentsOf(blob, manifest.parts)
        .filter((extent) => extent.part === part.name)
        .map(({ offset, length }) => ({ blob, start: offset, end: offset + length })),
    )
    .sort((a, b) => a.start - b.start);
}

/** Hashes a part and, on the way, the blobs in it; true when the part has its digest. */
async function hashPart(
  file: string,
  part: PartEntry,
  stretches: readonly Stretch[],
  hashes: ReadonlyMap<string, Hash>,
  read: (bytes: number) => void,
): Promise<boolean> {
  const whole = createHash('sha256');
  let position = 0;
  let first = 0;
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
      whole.update(chunk);
      const end = position + chunk.length;
      while (first < stretches.length && stretches[first]!.end <= position) first += 1;
      for (let index = first; index < stretches.length && stretches[index]!.start < end; index++) {
        const { blob, start, end: stop } = stretches[index]!;
        hashes.get(blob.digest)?.update(chunk.subarray(Math.max(0, start - position), stop - position));
      }
      position = end;
      read(chunk.length);
    }
  } catch (error) {
    if (error instanceof SitewrightError) throw error;
    // A medium that cannot be read is as bad as one with other bytes.
    return false;
  }
  return `sha256:${whole.digest('hex')}` === part.digest;
}
