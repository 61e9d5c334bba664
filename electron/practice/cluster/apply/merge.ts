import { isJsonObject, type JsonObject } from '../model/objects.ts';
import { itemKey, keyedItems, shapeOf } from './shape.ts';

/** Lays an applied configuration over the live object: maps by field, known lists by key, the rest replaced. */
export function mergeApplied(kind: string, live: unknown, applied: unknown, path: readonly string[] = []): unknown {
  if (applied === undefined || applied === null) return live;
  const shape = shapeOf(kind, path, applied);
  if (shape === 'granular' && isJsonObject(applied)) {
    const merged: JsonObject = isJsonObject(live) ? { ...live } : {};
    for (const [name, value] of Object.entries(applied)) {
      if (value === null || value === undefined) continue;
      merged[name] = mergeApplied(kind, merged[name], value, [...path, name]);
    }
    return merged;
  }
  if (!Array.isArray(applied) || !Array.isArray(live)) return applied;
  if (shape === 'set') return [...live, ...applied.filter((item) => !live.includes(item))];
  if (!Array.isArray(shape) || !keyedItems(shape, applied) || !keyedItems(shape, live)) return applied;
  const name = (item: unknown): string => JSON.stringify(itemKey(shape, item));
  const wanted = new Map(applied.map((item) => [name(item), item]));
  const merged = live.map((item) => {
    const over = wanted.get(name(item));
    wanted.delete(name(item));
    return over === undefined ? item : mergeItem(kind, item, over, path);
  });
  return [...merged, ...wanted.values()];
}

/** A list item: always field by field, whatever its own name on the path. */
function mergeItem(kind: string, live: unknown, applied: unknown, path: readonly string[]): JsonObject {
  const merged: JsonObject = { ...(live as JsonObject) };
  for (const [name, value] of Object.entries(applied as JsonObject)) {
    if (value !== null && value !== undefined) merged[name] = mergeApplied(kind, merged[name], value, [...path, name]);
  }
  return merged;
}

/** JSON merge patch (RFC 7386): null removes, maps merge, everything else replaces. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isJsonObject(patch)) return patch;
  const merged: JsonObject = isJsonObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else merged[name] = mergePatch(merged[name], value);
  }
  return merged;
}

/** Strategic merge patch: like a merge patch, but known lists merge by key and `$patch: delete` takes an item out. */
export function strategicPatch(kind: string, target: unknown, patch: unknown, path: readonly string[] = []): unknown {
  if (isJsonObject(patch)) {
    if (patch.$patch === 'replace')
      return Object.fromEntries(Object.entries(patch).filter(([name]) => name !== '$patch'));
    const merged: JsonObject = isJsonObject(target) ? { ...target } : {};
    for (const [name, value] of Object.entries(patch)) {
      if (name.startsWith('$')) continue;
      if (value === null) delete merged[name];
      else merged[name] = strategicPatch(kind, merged[name], value, [...path, name]);
    }
    return merged;
  }
  if (!Array.isArray(patch) || !Array.isArray(target)) return patch;
  const shape = shapeOf(kind, path, patch);
  if (shape === 'set') return [...target, ...patch.filter((item) => !target.includes(item))];
  if (!Array.isArray(shape)) return patch;
  let merged = [...target];
  for (const item of patch) {
    const key = JSON.stringify(itemKey(shape, item));
    const index = merged.findIndex((present) => JSON.stringify(itemKey(shape, present)) === key);
    if (isJsonObject(item) && item.$patch === 'delete') merged = merged.filter((_, at) => at !== index);
    else if (index < 0) merged.push(item);
    else merged[index] = strategicPatch(kind, merged[index], item, path);
  }
  return merged;
}
