import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../plan/step.ts';
import { createPushJournal, type PushJournal } from './journal.ts';

/** Past this length the file is begun anew with what counts, characters. */
const longest = 256 * 1024;

/**
 * The journal of pushes to one target, in the data folder. It outlives a kill; what cannot be read is an empty one. Each change is
 * one more line, and the last whole line counts: to put a new file in the place of the old one waits for a disk that is busy with
 * the images, hundreds of times in a push.
 */
export function fileJournal(home: string, key: string): PushJournal {
  const folder = join(home, 'pushes');
  const file = join(folder, `${key}.jsonl`);
  /** Characters that stand there; undefined where nothing can be written behind them. */
  let length: number | undefined;

  return createPushJournal({
    load: () => {
      try {
        const lines = readFileSync(file, 'utf8').split('\n');
        // A kill may have cut the last line: only what a line feed ends counts.
        const cut = lines.pop() !== '';
        if (!cut) length = lines.join('\n').length + 1;
        return JSON.parse(lines.at(-1) ?? '') as Json;
      } catch {
        return undefined;
      }
    },
    save: (state) => {
      const line = `${JSON.stringify(state)}\n`;
      // The addresses of uploads are as good as a right to go on with them.
      const mode = 0o600;
      if (length !== undefined && length + line.length <= longest) {
        appendFileSync(file, line, { mode });
        length += line.length;
        return;
      }
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const draft = `${file}.${process.pid}`;
      try {
        writeFileSync(draft, line, { mode });
        renameSync(draft, file);
      } finally {
        rmSync(draft, { force: true });
      }
      length = line.length;
    },
  });
}
