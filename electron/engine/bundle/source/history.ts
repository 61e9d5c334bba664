import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { createGunzip } from 'node:zlib';
import { SitewrightError } from '../../../contract/errors.ts';
import { text } from '../../../contract/text.ts';
import { type Blob, blobOf } from '../blob.ts';
import { gzipReproducibly } from '../gzip.ts';
import type { History } from '../release.ts';
import { mediaTypeOf } from '../text-path.ts';
import { invalid } from './place.ts';
import { isInside, type ReleaseSource } from './release-source.ts';

/** A file of historical data with the rows counted; the entry no longer names a generator. */
export type BuiltHistory = { readonly path: string; readonly blob: Blob; readonly entry: History };

/** Makes or reads each table's file, and compares its header with the columns named. Error: release-invalid. */
export async function buildHistory(
  source: ReleaseSource,
  signal: AbortSignal | undefined,
): Promise<readonly BuiltHistory[]> {
  const built: BuiltHistory[] = [];
  for (const [index, history] of source.file.database.history.entries()) {
    const place = source.place(['database', 'history', index]);
    const { generator, ...entry } = history;
    const content =
      generator === undefined
        ? source.files.get(history.file)!
        : await generate(source.folder, generator, place, signal);
    const { header, rows } = await countRows(content).catch((error: unknown) => {
      throw invalid(place, text('bundle.problem.history-gzip', { path: history.file }), error);
    });
    if (header !== history.columns.join(',')) {
      throw invalid(
        place,
        text('bundle.problem.history-header', { found: header, expected: history.columns.join(',') }),
      );
    }
    if (history.rows !== undefined && history.rows !== rows) {
      throw invalid(place, text('bundle.problem.history-rows', { found: rows, expected: history.rows }));
    }
    built.push({ path: history.file, blob: blobOf(content, mediaTypeOf(history.file)), entry: { ...entry, rows } });
  }
  return built;
}

type Generator = { readonly columns: readonly string[]; readonly rows: () => Iterable<string> };

async function generate(folder: string, path: string, place: string, signal: AbortSignal | undefined): Promise<Buffer> {
  const module = isInside(path)
    ? ((await import(pathToFileURL(join(folder, path)).href).catch((error: unknown) => {
        throw invalid(place, text('bundle.problem.generator', { path }), error);
      })) as Partial<Generator>)
    : {};
  if (typeof module.rows !== 'function' || !Array.isArray(module.columns))
    throw invalid(place, text('bundle.problem.generator', { path }));
  const pieces: Buffer[] = [];
  let lines: string[] = [module.columns.join(',')];
  for (const row of module.rows()) {
    lines.push(row);
    if (lines.length < 20_000) continue;
    pieces.push(Buffer.from(`${lines.join('\n')}\n`));
    lines = [];
    if (signal?.aborted) throw new SitewrightError('cancelled');
  }
  if (lines.length > 0) pieces.push(Buffer.from(`${lines.join('\n')}\n`));
  return gzipReproducibly(Buffer.concat(pieces));
}

/** Lines after the header; a line end inside quotes belongs to its row. */
async function countRows(content: Buffer): Promise<{ readonly header: string; readonly rows: number }> {
  let header: string | undefined;
  let headerText = '';
  let lines = 0;
  let quoted = false;
  let open = false;
  for await (const chunk of Readable.from([content]).pipe(createGunzip()) as AsyncIterable<Buffer>) {
    if (header === undefined) {
      headerText += chunk.toString('latin1');
      const end = headerText.indexOf('\n');
      if (end >= 0) header = headerText.slice(0, end).trimEnd();
    }
    for (const byte of chunk) {
      if (byte === 0x22) quoted = !quoted;
      if (byte === 0x0a && !quoted) {
        lines += 1;
        open = false;
      } else open = true;
    }
  }
  return { header: header ?? headerText, rows: Math.max(0, lines + (open ? 1 : 0) - 1) };
}
