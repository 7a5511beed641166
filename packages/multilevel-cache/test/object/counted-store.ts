import type { ObjectStore } from '@framerail/object-store';

/** A store that counts its calls by name. */
export function countedStore(inner: ObjectStore): {
  readonly store: ObjectStore;
  readonly calls: Record<string, number>;
} {
  const calls: Record<string, number> = {};
  const store = new Proxy(inner, {
    get(target, name) {
      const own: unknown = Reflect.get(target, name, target);
      if (typeof own !== 'function') return own;
      return (...args: unknown[]): unknown => {
        calls[String(name)] = (calls[String(name)] ?? 0) + 1;
        return own.apply(target, args);
      };
    },
  });
  return { store, calls };
}
