import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { SitewrightError } from '../../contract/errors.ts';
import { type Text, text } from '../../contract/text.ts';
import type { EvidenceView } from '../../contract/views.ts';
import type { SiteDatabase } from '../store/database.ts';
import { sha256 } from './canonical.ts';
import { maskValue } from './mask.ts';

/** Evidence as content-addressed files `evidence/<sha256>`, indexed in the database under numbers `E-0001`. */
export type EvidenceStore = {
  readonly add: (draft: {
    run: string;
    step: string;
    title: Text;
    mediaType: string;
    content: string | Uint8Array;
    at: string;
  }) => EvidenceView;
  readonly list: () => readonly EvidenceView[];
  /** Errors: evidence-not-found, journal-damaged where the file no longer is what was stored. */
  readonly read: (id: string) => { view: EvidenceView; content: Buffer };
  /** Ids whose file is missing or no longer has its hash. */
  readonly damaged: () => readonly string[];
};

export function createEvidenceStore(
  database: SiteDatabase,
  folder: string,
  site: string,
  mask: (words: string) => string,
): EvidenceStore {
  mkdirSync(folder, { recursive: true });
  const insert = database.prepare(
    'INSERT INTO evidence (sha256, title, media_type, bytes, run, step, at) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const same = database
    .prepare('SELECT number FROM evidence WHERE run = ? AND step = ? AND sha256 = ? AND title = ?')
    .pluck();
  const all = database.prepare('SELECT * FROM evidence ORDER BY number');
  const one = database.prepare('SELECT * FROM evidence WHERE number = ?');
  const path = (hash: string) => join(folder, hash);
  return {
    add: (draft) => {
      const content = masked(draft.mediaType, draft.content, mask);
      const hash = sha256(content);
      if (!isWhole(path(hash), hash)) writeDurably(path(hash), content);
      const title = JSON.stringify(maskValue(draft.title, mask));
      const known = same.get(draft.run, draft.step, hash, title) as number | undefined;
      const number =
        known ??
        insert.run(hash, title, draft.mediaType, content.length, draft.run, draft.step, draft.at).lastInsertRowid;
      return viewOf(one.get(number) as EvidenceRow);
    },
    list: () => (all.all() as EvidenceRow[]).map(viewOf),
    read: (id) => {
      const row = one.get(Number(id.replace(/^E-0*/, ''))) as EvidenceRow | undefined;
      if (row === undefined || !existsSync(path(row.sha256)))
        throw new SitewrightError('evidence-not-found', { id, site });
      const content = readFileSync(path(row.sha256));
      if (sha256(content) !== row.sha256)
        throw new SitewrightError('journal-damaged', { site, problem: text('run.audit.evidence', { id }) });
      return { view: viewOf(row), content };
    },
    damaged: () =>
      (all.all() as EvidenceRow[])
        .filter((row) => !isWhole(path(row.sha256), row.sha256))
        .map((row) => evidenceId(row.number)),
  };
}

/** Words are masked, however they are handed over; other bytes stay as they are. */
function masked(mediaType: string, content: string | Uint8Array, mask: (words: string) => string): Buffer {
  if (typeof content === 'string') return Buffer.from(mask(content));
  return /^text\/|json|xml|yaml|sql/.test(mediaType)
    ? Buffer.from(mask(Buffer.from(content).toString('utf8')))
    : Buffer.from(content);
}

function isWhole(file: string, hash: string): boolean {
  return existsSync(file) && sha256(readFileSync(file)) === hash;
}

type EvidenceRow = {
  readonly number: number;
  readonly sha256: string;
  readonly title: string;
  readonly media_type: string;
  readonly bytes: number;
  readonly step: string;
  readonly at: string;
};

function evidenceId(number: number): string {
  return `E-${String(number).padStart(4, '0')}`;
}

function viewOf(row: EvidenceRow): EvidenceView {
  return {
    id: evidenceId(row.number),
    sha256: row.sha256,
    title: JSON.parse(row.title) as Text,
    mediaType: row.media_type,
    bytes: row.bytes,
    step: row.step,
    at: row.at,
  };
}

/** Whole or not at all, even through a power cut; durable when it returns. Nothing is left behind when it fails. */
export function writeDurably(file: string, content: string | Uint8Array, mode = 0o600): void {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    const descriptor = openSync(temporary, 'w', mode);
    try {
      const bytes = Buffer.from(content);
      let written = 0;
      while (written < bytes.length) written += writeSync(descriptor, bytes, written);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(dirname(file));
}

/** Makes a rename last through a power cut. Windows knows no such call and needs none. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
