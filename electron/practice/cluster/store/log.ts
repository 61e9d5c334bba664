import { closeSync, existsSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import type { ClusterObject } from '../model/objects.ts';
import type { Sealing } from './sealing.ts';

/** One kept line: an object as it became, or only its key when it went. Secrets stand as `sealed`. */
type Line = {
  readonly version: number;
  readonly key: string;
  readonly object?: ClusterObject;
  readonly sealed?: string;
};

/** The objects on disk: a log that every change is appended to before it is answered. */
export type ObjectLog = {
  /** What the log held when it was opened. */
  readonly objects: ReadonlyMap<string, ClusterObject>;
  readonly version: number;
  /** Appends one change; `object` undefined means removed. */
  readonly append: (version: number, key: string, object: ClusterObject | undefined) => void;
  readonly close: () => void;
};

const compactAtBytes = 8 * 1024 * 1024;

/** Opens or makes the log. A last line that was cut by a kill is ignored: its change was never answered. */
export function openObjectLog(file: string, sealing: Sealing): ObjectLog {
  const live = new Map<string, ClusterObject>();
  let version = 0;
  for (const words of existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []) {
    const line = JSON.parse(words) as Line;
    version = line.version;
    const object =
      line.sealed === undefined ? line.object : (JSON.parse(sealing.open(line.sealed, line.key)) as ClusterObject);
    if (object === undefined) live.delete(line.key);
    else live.set(line.key, object);
  }
  const opened = new Map(live);

  const lineOf = (at: number, key: string, object: ClusterObject | undefined): string => {
    if (object === undefined) return `${JSON.stringify({ version: at, key })}\n`;
    const content = object.kind === 'Secret' ? { sealed: sealing.seal(JSON.stringify(object), key) } : { object };
    return `${JSON.stringify({ version: at, key, ...content })}\n`;
  };

  const compact = (): number => {
    const next = `${file}.next`;
    const target = openSync(next, 'w', 0o600);
    for (const [key, object] of live)
      writeSync(target, lineOf(Number(object.metadata.resourceVersion ?? 0), key, object));
    // The last line carries the newest version, so that versions never repeat after a removal.
    writeSync(target, lineOf(version, '', undefined));
    closeSync(target);
    renameSync(next, file);
    return openSync(file, 'a', 0o600);
  };

  let handle = compact();
  let grown = 0;
  let closed = false;
  return {
    objects: opened,
    version,
    append: (at, key, object) => {
      // What still moves while the cluster closes is not kept, as after a kill.
      if (closed) return;
      version = at;
      if (object === undefined) live.delete(key);
      else live.set(key, object);
      const line = lineOf(at, key, object);
      writeSync(handle, line);
      grown += line.length;
      if (grown < compactAtBytes) return;
      closeSync(handle);
      handle = compact();
      grown = 0;
    },
    close: () => {
      if (!closed) closeSync(handle);
      closed = true;
    },
  };
}
