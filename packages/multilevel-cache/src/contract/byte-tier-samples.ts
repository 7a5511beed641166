import { demand } from '@framerail/lifecycle/testing';
import type { ByteTier, EntryMeta, StoredEntry } from '../tiers/byte-tier.js';

/** Opens a tier for a case. */
export type OpenTier = () => Promise<ByteTier>;

/** Bytes that a seed alone decides, none like its neighbour's. */
function sampleBytes(seed: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = Math.imul(seed + 1, 0x9e37_79b1) | 1;
  for (let at = 0; at < length; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

/** An entry that a seed alone decides. */
export function sampleEntry(seed: number, length = 100, meta: Partial<EntryMeta> = {}): StoredEntry {
  const createdAtMs = 1_700_000_000_000 + seed;
  return {
    bytes: sampleBytes(seed, length),
    meta: { createdAtMs, tags: [], cost: 0, compression: 'none', rawBytes: length, ...meta },
  };
}

/** Demands that what came is what was stored, bit by bit. */
export function demandEntry(received: StoredEntry | undefined, stored: StoredEntry, what: string): void {
  demand(received !== undefined, `${what} to be there`);
  const { bytes, meta } = received;
  demand(
    bytes.byteLength === stored.bytes.byteLength && bytes.every((byte, at) => byte === stored.bytes[at]),
    `${what} to have the bytes that were stored`,
  );
  for (const field of ['createdAtMs', 'expiresAtMs', 'staleAtMs', 'cost', 'compression', 'rawBytes'] as const)
    demand(meta[field] === stored.meta[field], `${field} of ${what} to be ${String(stored.meta[field])}`);
  demand(meta.tags.join('\n') === stored.meta.tags.join('\n'), `${what} to have its tags`);
}
