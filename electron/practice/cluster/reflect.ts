/** The X.509 library's container asks for decorator metadata; a table of it is all that it needs. */
type Metadata = Record<
  'getMetadata' | 'getOwnMetadata' | 'defineMetadata',
  ((...parts: never[]) => unknown) | undefined
>;

const tables = new WeakMap<object, Map<unknown, unknown>>();
const reflect = Reflect as unknown as Metadata;

reflect.defineMetadata ??= (key: unknown, value: unknown, target: object) => {
  tables.set(target, (tables.get(target) ?? new Map()).set(key, value));
};
reflect.getOwnMetadata ??= (key: unknown, target: object) => tables.get(target)?.get(key);
reflect.getMetadata ??= (key: unknown, target: object) => {
  for (let at: object | null = target; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    if (tables.get(at)?.has(key) === true) return tables.get(at)?.get(key);
  }
  return undefined;
};

export {};
