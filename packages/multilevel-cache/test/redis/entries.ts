import type { EntryMeta, StoredEntry } from '../../src/index.js';

/** An entry of so many bytes. */
export function entryOf(length: number, meta: Partial<EntryMeta> = {}): StoredEntry {
  const bytes = new Uint8Array(length).fill(length % 251);
  return {
    bytes,
    meta: {
      createdAtMs: Date.now(),
      tags: [],
      cost: 0,
      compression: 'none',
      rawBytes: length,
      ...meta,
    },
  };
}

/** Numbers from 0 to below a limit that the seed alone decides. */
export function numbers(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}
