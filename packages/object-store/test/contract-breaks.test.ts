// A contract that nothing breaks proves nothing: stores that do one thing wrong each, and the demand that says so.
import { join } from 'node:path';
import type { ObjectStore, PutOptions, StoredBlob } from '@framerail/object-store';
import { expect, test } from 'vitest';
import { openDirectoryStore } from '../src/directory.js';
import { objectStoreContract } from '../src/testing.js';
import { temporaryFolder } from './temporary-folder.js';

type Break = (store: ObjectStore) => Partial<ObjectStore>;

/** A store that does as the other one does but for what is given. */
function changed(store: ObjectStore, change: Partial<ObjectStore>): ObjectStore {
  return {
    name: store.name,
    limits: store.limits,
    put: (...args) => store.put(...args),
    get: (...args) => store.get(...args),
    head: (...args) => store.head(...args),
    list: (...args) => store.list(...args),
    delete: (...args) => store.delete(...args),
    close: () => store.close(),
    [Symbol.asyncDispose]: () => store.close(),
    ...change,
  };
}

const without =
  (name: keyof PutOptions): Break =>
  (store) => ({
    put: (key, body, options = {}) => {
      const { [name]: _, ...rest } = options;
      return store.put(key, body, rest);
    },
  });

/** Blobs as `get` would give them, made otherwise. */
const reading =
  (make: (blob: StoredBlob) => Partial<StoredBlob>): Break =>
  (store) => ({
    async get(key, options) {
      const blob = await store.get(key, options);
      if (blob === undefined) return undefined;
      return {
        info: blob.info,
        range: blob.range,
        bytes: () => blob.bytes(),
        readInto: (target) => blob.readInto(target),
        [Symbol.asyncIterator]: () => blob[Symbol.asyncIterator](),
        [Symbol.asyncDispose]: () => blob[Symbol.asyncDispose](),
        ...make(blob),
      };
    },
  });

const BREAKS: Record<string, { readonly break: Break; readonly caught: string }> = {
  'takes keys that differ in case for one': {
    break: (store) => ({ put: (key, ...rest) => store.put(key.toLowerCase(), ...rest) }),
    caught: 'keeps every key apart from every other, and lists it as it was put',
  },
  'normalises keys': {
    break: (store) => ({ put: (key, ...rest) => store.put(key?.normalize?.() ?? key, ...rest) }),
    caught: 'keeps every key apart from every other, and lists it as it was put',
  },
  'ignores ifNoneMatch': {
    break: without('ifNoneMatch'),
    caught: 'lets one of many win that store where nothing is',
  },
  'ignores ifMatch': { break: without('ifMatch'), caught: 'loses no step of a counter that many count up' },
  'ignores the promised size': {
    break: without('size'),
    caught: 'stores nothing of a body that is not what was promised',
  },
  'forgets metadata': { break: without('metadata'), caught: 'keeps headers and metadata as they were given' },
  'ignores signals': { break: without('signal'), caught: 'gives up when it is told to, and leaves nothing' },
  'ignores ranges': {
    break: (store) => ({ get: (key) => store.get(key) }),
    caught: 'reads ranges',
  },
  'loses the last byte': {
    break: reading((blob) => ({ bytes: async () => (await blob.bytes()).slice(0, -1) })),
    caught: 'gives back what was put, whatever its size',
  },
  'changes a byte': {
    break: reading((blob) => ({
      async bytes() {
        const bytes = await blob.bytes();
        if (bytes.byteLength > 0) bytes[bytes.byteLength >> 1] = (bytes[bytes.byteLength >> 1] as number) ^ 1;
        return bytes;
      },
    })),
    caught: 'streams large blobs, of known and of unknown size',
  },
  'lists the first page for ever': {
    break: (store) => ({
      async list({ cursor: _, ...options } = {}) {
        return { ...(await store.list(options)), cursor: undefined };
      },
    }),
    caught: 'lists in pages, each blob once',
  },
  'does not delete': {
    break: () => ({ delete: async () => {} }),
    caught: 'replaces what was there, wholly, under another etag',
  },
  'stays open': { break: () => ({ close: async () => {} }), caught: 'refuses calls once it is closed' },
};

test.each(Object.entries(BREAKS))('a store that %s is caught', async (_, { break: wrong, caught }) => {
  const contract = objectStoreContract({
    createStore: async () => {
      const store = await openDirectoryStore({ path: join(temporaryFolder(), 'store'), durability: 'none' });
      return changed(store, wrong(store));
    },
    largeBytes: 700_000,
  });
  const found = contract.find(({ name }) => name === caught);
  expect(found?.name).toBe(caught);
  // A store that ignores signals would be waited for.
  const inTime = new Promise((_, reject) => setTimeout(() => reject(new Error('It hangs')), 3000).unref());
  await expect(Promise.race([found?.run(), inTime])).rejects.toThrow();
});
