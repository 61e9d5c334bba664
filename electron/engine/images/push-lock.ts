import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SitewrightError } from '../../contract/errors.ts';
import { isLocked, lockFile } from '../site/lock.ts';

/** Time between two looks whether another process wishes a pause, ms. */
const lookMs = 300;

/** What pushes to one target have in common, whatever process they are of: `key` names the target in the data folder. */
type Place = { readonly home: string; readonly key: string };

const fileOf = ({ home, key }: Place, kind: 'lock' | 'pause') => join(home, 'pushes', `${key}.${kind}`);

/**
 * One push at a time to one target. Calls back when somebody wishes that it pauses; what it gives ends it.
 * Error: push-busy.
 */
export function lockPush(place: Place, registry: string, pause: () => void): () => void {
  mkdirSync(join(place.home, 'pushes'), { recursive: true, mode: 0o700 });
  const release = lockFile(fileOf(place, 'lock'), (cause) => new SitewrightError('push-busy', { registry }, { cause }));
  const wish = fileOf(place, 'pause');
  rmSync(wish, { force: true });
  const look = setInterval(() => {
    if (existsSync(wish)) pause();
  }, lookMs);
  return () => {
    clearInterval(look);
    rmSync(wish, { force: true });
    release();
  };
}

/** Wishes that the push to a target pauses; false where none is under way. */
export function wishPause(place: Place): boolean {
  const lock = fileOf(place, 'lock');
  if (!existsSync(lock) || !isLocked(lock)) return false;
  writeFileSync(fileOf(place, 'pause'), '', { mode: 0o600 });
  return true;
}
