/**
 * The X.509 library's service container asks for three functions of the decorator-metadata proposal before it loads.
 * They are given here over a WeakMap; nothing else of the proposal is used. Import this module before `@peculiar/x509`.
 */
type MetadataReflect = {
  getMetadata?: (key: unknown, target: object) => unknown;
  getOwnMetadata?: (key: unknown, target: object) => unknown;
  defineMetadata?: (key: unknown, value: unknown, target: object) => void;
};

const tables = new WeakMap<object, Map<unknown, unknown>>();
const reflect = Reflect as MetadataReflect;

reflect.getOwnMetadata ??= (key, target) => tables.get(target)?.get(key);
reflect.getMetadata ??= (key, target) => {
  for (let owner: object | null = target; owner !== null; owner = Object.getPrototypeOf(owner) as object | null) {
    const table = tables.get(owner);
    if (table?.has(key)) return table.get(key);
  }
  return undefined;
};
reflect.defineMetadata ??= (key, value, target) => {
  const table = tables.get(target) ?? new Map<unknown, unknown>();
  table.set(key, value);
  tables.set(target, table);
};

export {};
