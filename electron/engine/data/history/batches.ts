import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { SitewrightError } from '../../../contract/errors.ts';
import { text, verbatim } from '../../../contract/text.ts';
import { recordEnd } from './measure.ts';

/** Whole CSV records, in the order of the file. */
export type Batch = { readonly number: number; readonly bytes: Buffer };

/** A record that is longer than this is an unclosed quote. */
const longestRecord = 64 * 1024 * 1024;

/**
 * Reads gzip CSV and cuts it into batches: each ends at the first record end at or after `batchBytes`, so that the same file
 * gives the same batches on every reading. The header line must name the columns. Holds about one batch in memory.
 * Errors: release-invalid, and those of the source.
 */
export async function* readBatches(
  source: Readable,
  file: string,
  columns: readonly string[],
  batchBytes: number,
): AsyncGenerator<Batch> {
  const plain = createGunzip({ chunkSize: 256 * 1024 });
  let failure: unknown;
  source.once('error', (error) => {
    failure = error;
    plain.destroy(error);
  });
  source.pipe(plain);
  const records = new RecordBuffer(file);
  let number = 0;
  let header = true;
  try {
    for await (const chunk of plain) {
      records.push(chunk as Buffer);
      if (header) {
        const line = records.take(1);
        if (line === undefined) continue;
        checkHeader(line, file, columns);
        header = false;
      }
      for (let bytes = records.take(batchBytes); bytes !== undefined; bytes = records.take(batchBytes)) {
        yield { number: number++, bytes };
      }
    }
  } catch (error) {
    if (failure !== undefined || error instanceof SitewrightError) throw failure ?? error;
    const words = verbatim(error instanceof Error ? error.message : String(error));
    throw new SitewrightError('release-invalid', { file, problem: text('data.history.not-gzip', { problem: words }) });
  } finally {
    source.destroy();
    plain.destroy();
  }
  const rest = records.rest();
  if (header) checkHeader(rest, file, columns);
  else if (rest.length > 0) yield { number, bytes: rest };
}

/** Bytes that came and were not yet handed on, joined only when a batch can be cut. */
class RecordBuffer {
  readonly #file: string;
  #chunks: Buffer[] = [];
  #length = 0;

  constructor(file: string) {
    this.#file = file;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** Whole records of at least `target` bytes; undefined when more must come first. */
  take(target: number): Buffer | undefined {
    if (this.#length < target) return undefined;
    const bytes = this.#joined();
    const end = recordEnd(bytes, target);
    if (end === -1) {
      if (this.#length <= longestRecord) return undefined;
      throw new SitewrightError('release-invalid', { file: this.#file, problem: text('data.history.open-quote') });
    }
    this.#chunks = [bytes.subarray(end)];
    this.#length -= end;
    return bytes.subarray(0, end);
  }

  /** What is left at the end of the file, without empty lines at its end. */
  rest(): Buffer {
    const bytes = this.#joined();
    let end = bytes.length;
    while (end > 0 && (bytes[end - 1] === 0x0a || bytes[end - 1] === 0x0d)) end -= 1;
    return bytes.subarray(0, end);
  }

  #joined(): Buffer {
    if (this.#chunks.length !== 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0] as Buffer;
  }
}

function checkHeader(line: Buffer, file: string, columns: readonly string[]): void {
  const words = line
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .replace(/\r?\n$/, '');
  const found = words.split(',').map((name) => name.replace(/^"(.*)"$/, '$1').replaceAll('""', '"'));
  if (found.join('\n') === columns.join('\n')) return;
  const problem = text('data.history.header', { found: words.slice(0, 200), wanted: columns.join(',') });
  throw new SitewrightError('release-invalid', { file, problem });
}
