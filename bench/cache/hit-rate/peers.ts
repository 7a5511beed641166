// What others make of the same trace.
import type { LoadedTrace } from '@framerail/multilevel-cache/simulator';
import { LRUCache } from 'lru-cache';
import { BoundedCache } from 'transitory';

/** Hit rates in percent, by the peer's name. lru-cache is LRU, transitory W-TinyLFU. */
export function peerHitRates(trace: LoadedTrace, size: number): Record<string, number> {
  return { 'lru-cache': lruCacheRate(trace, size), transitory: transitoryRate(trace, size) };
}

function lruCacheRate(trace: LoadedTrace, size: number): number {
  const cache = new LRUCache<number, number>(
    // It knows no entry that weighs nothing.
    trace.hasSizes
      ? { maxSize: size, maxEntrySize: size, sizeCalculation: (bytes) => Math.max(1, bytes) }
      : { max: size },
  );
  return hitRate(
    trace,
    (id) => cache.get(id) !== undefined,
    (id, bytes) => cache.set(id, bytes),
  );
}

function transitoryRate(trace: LoadedTrace, size: number): number {
  const cache = new BoundedCache<number, number>({
    maxSize: size,
    ...(trace.hasSizes ? { weigher: (_: number, bytes: number) => Math.max(1, bytes) } : {}),
  });
  return hitRate(
    trace,
    (id) => cache.getIfPresent(id) !== null,
    (id, bytes) => cache.set(id, bytes),
  );
}

function hitRate(trace: LoadedTrace, get: (id: number) => boolean, set: (id: number, bytes: number) => void) {
  const { ids, bytes, requests } = trace;
  let hits = 0;
  for (let index = 0; index < ids.length; index += 1) {
    const id = ids[index] ?? 0;
    if (get(id)) hits += 1;
    else set(id, bytes[index] ?? 0);
  }
  return (hits / requests) * 100;
}
