import { createReadStream } from 'node:fs';
import { SitewrightError } from '../../contract/errors.ts';
import { type Text, text } from '../../contract/text.ts';
import { checkDigest, type DigestCheck } from './digest.ts';
import { type BlobEntry, type BundleManifest, extentsOf, type PartEntry } from './format.ts';
import { demandSignature, readManifest } from './manifest.ts';
import { findPart } from './reader.ts';

/** What the verification found out about one part. `blobs` are the digests that are damaged in it. */
export type PartVerdict = {
  readonly name: string;
  readonly ok: boolean;
  /** It lies in none of the folders. */
  readonly missing: boolean;
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

/** A stretch read at once: large enough that reading and hashing overlap. */
const readBytes = 1024 * 1024;

/**
 * Reads every part once and compares each part and each blob with its digest. Bad and missing parts are told, all of them,
 * so that only those need copying again. Errors: bundle-not-found, bundle-invalid, bundle-unsigned, bundle-signature-invalid, cancelled.
 */
export async function verifyBundle(folders: readonly string[], options: VerifyOptions = {}): Promise<BundleVerdict> {
  const { manifest, signature } = await readManifest(folders);
  demandSignature(signature, folders);
  const total = manifest.parts.reduce((sum, part) => sum + part.size, 0);
  const checks = new Map<string, DigestCheck>(manifest.blobs.map(({ digest }) => [digest, checkDigest(digest)]));
  const bad = new Set<BlobEntry>();
  const judge = (blob: BlobEntry): boolean => {
    const check = checks.get(blob.digest);
    // Each is judged once: a hash ends with its first answer.
    if (check !== undefined && !check.matches()) bad.add(blob);
    checks.delete(blob.digest);
    return !bad.has(blob);
  };
  const verdicts: PartVerdict[] = [];
  let done = 0;

  for (const part of manifest.parts) {
    const found = await findPart(folders, part);
    if (found === undefined) {
      verdicts.push({ name: part.name, ok: false, missing: true, problem: text('bundle.verify.missing'), blobs: [] });
    } else {
      const before = done;
      const stretches = stretchesOf(manifest, part);
      const alone = stretches.map(({ blob }) => blob);
      // Blobs that fill the part and lie in no other one say all about it; only else is the part hashed as well.
      const filled = alone.every((blob) => blob.part === part.name && isWithin(blob, part)) && fills(stretches, part);
      const whole = await hashPart(found.file, filled ? undefined : part, stretches, checks, (bytes) => {
        if (options.signal?.aborted) throw new SitewrightError('cancelled');
        done += bytes;
        options.progress?.(Math.min(done, total), total);
      });
      done = before;
      const matches = filled ? whole && alone.map(judge).every(Boolean) : whole;
      const size =
        found.size === part.size ? undefined : text('bundle.verify.size', { found: found.size, expected: part.size });
      const problem = size ?? (matches ? undefined : text('bundle.verify.digest'));
      const ok = problem === undefined;
      verdicts.push({ name: part.name, ok, missing: false, ...(problem && { problem }), blobs: [] });
    }
    done += part.size;
    options.progress?.(done, total);
  }

  const good = manifest.blobs.filter(judge);
  const parts = verdicts.map((verdict) => withBlobs(verdict, [...bad], manifest));
  return { parts, blobs: good.length, bytes: good.reduce((sum, { size }) => sum + size, 0) };
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

const isWithin = (blob: BlobEntry, part: PartEntry): boolean => blob.offset + blob.size <= part.size;

/** Whether the stretches lie one behind the other from the first byte of the part to its last. */
function fills(stretches: readonly Stretch[], part: PartEntry): boolean {
  let position = 0;
  for (const { start, end } of stretches) {
    if (start !== position) return false;
    position = end;
  }
  return position === part.size;
}

/** Reads a part and checks the blobs in it on the way; false when it cannot be read, or has not the digest of `part`. */
async function hashPart(
  file: string,
  part: PartEntry | undefined,
  stretches: readonly Stretch[],
  checks: ReadonlyMap<string, DigestCheck>,
  read: (bytes: number) => void,
): Promise<boolean> {
  const whole = part && checkDigest(part.digest);
  let position = 0;
  let first = 0;
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: readBytes }) as AsyncIterable<Buffer>) {
      whole?.update(chunk);
      const end = position + chunk.length;
      while (first < stretches.length && stretches[first]!.end <= position) first += 1;
      for (let index = first; index < stretches.length && stretches[index]!.start < end; index++) {
        const { blob, start, end: stop } = stretches[index]!;
        checks.get(blob.digest)?.update(chunk.subarray(Math.max(0, start - position), stop - position));
      }
      position = end;
      read(chunk.length);
    }
  } catch (error) {
    if (error instanceof SitewrightError) throw error;
    // A medium that cannot be read is as bad as one with other bytes.
    return false;
  }
  return whole?.matches() ?? true;
}
