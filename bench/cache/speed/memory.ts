// Hits in memory: nothing else happens, every key is there.
import { createCache, memory } from '@framerail/multilevel-cache';
import { CacheableMemory } from 'cacheable';
import { LRUCache } from 'lru-cache';
import { BoundedCache } from 'transitory';
import type { BenchContext, BenchOutcome } from '../../contract.ts';
import { alternate, type Contender } from '../../measure.ts';
import { atLeast, perCall } from './against.ts';
import { type Distribution, keysOf, requestsOf } from './requests.ts';

const VALUE_BYTES = 64;
/** What the issue asks of `getSync`, over lru-cache. */
const LIMIT = 0.7;
const REQUESTS = 1_000_000;

/** One count of entries after the other, each asked in two ways. */
export async function measureMemory({ log, rounds, seed, quick }: BenchContext): Promise<BenchOutcome> {
  const outcome: BenchOutcome = { results: [], claims: [] };
  for (const entries of quick ? [1000] : [1000, 100_000, 1_000_000])
    for (const distribution of ['zipf', 'uniform'] as const)
      await measure(outcome, entries, distribution, { rounds, seed, calls: quick ? 20_000 : REQUESTS });
  log('memory: done');
  return outcome;
}

async function measure(
  { results, claims }: BenchOutcome,
  entries: number,
  distribution: Distribution,
  { rounds, seed, calls }: { rounds: number; seed: number; calls: number },
): Promise<void> {
  const keys = keysOf(entries);
  const requests = requestsOf(keys, calls, distribution, seed);
  await using ours = createCache({ tiers: [memory({ maxBytes: entries * VALUE_BYTES })] });
  const lru = new LRUCache<string, Uint8Array>({ max: entries });
  const sized = new LRUCache<string, Uint8Array>({
    maxSize: entries * VALUE_BYTES,
    sizeCalculation: (value) => value.byteLength,
  });
  const transitory = new BoundedCache<string, Uint8Array>({
    // It hands entries on in batches, and drops some of a cache that is just full.
    maxSize: entries * 2,
  });
  const cacheable = new CacheableMemory({ useClone: false, lruSize: entries, checkInterval: 0 });
  for (const key of keys) {
    const value = new Uint8Array(VALUE_BYTES);
    await ours.set(key, value);
    lru.set(key, value);
    sized.set(key, value);
    transitory.set(key, value);
    cacheable.set(key, value);
  }
  const load = (): never => {
    throw new Error('Expected every key to be in memory');
  };
  const contenders: Record<string, Contender> = {
    getSync: () => {
      let bytes = 0;
      for (const key of requests) bytes += ours.getSync(key)?.byteLength ?? 0;
      expectAll(requests, bytes);
    },
    'await get': async () => {
      let bytes = 0;
      for (const key of requests) bytes += (await ours.get(key))?.byteLength ?? 0;
      expectAll(requests, bytes);
    },
    'await getOrLoad': async () => {
      let bytes = 0;
      for (const key of requests) bytes += (await ours.getOrLoad(key, load))?.byteLength ?? 0;
      expectAll(requests, bytes);
    },
    'lru-cache': () => {
      let bytes = 0;
      for (const key of requests) bytes += lru.get(key)?.byteLength ?? 0;
      expectAll(requests, bytes);
    },
    'lru-cache, by size': () => {
      let bytes = 0;
      for (const key of requests) bytes += sized.get(key)?.byteLength ?? 0;
      expectAll(requests, bytes);
    },
    'await lru-cache': async () => {
      let bytes = 0;
      for (const key of requests) bytes += (await lru.get(key))?.byteLength ?? 0;
      expectAll(requests, bytes);
    },
    transitory: () => {
      let bytes = 0;
      for (const key of requests) bytes += transitory.getIfPresent(key)?.byteLength ?? 0;
      expectAll(requests, bytes);
    },
    cacheable: () => {
      let bytes = 0;
      for (const key of requests) bytes += cacheable.get<Uint8Array>(key)?.byteLength ?? 0;
      expectAll(requests, bytes);
    },
  };
  const timings = await alternate(processorTimes(contenders), { rounds, warmup: 2 });
  const id = `memory/${entries}-${distribution}`;
  results.push(perCall(`${id}/get-sync`, timings, 'getSync', calls));
  claims.push(atLeast(`${id}/get-sync`, timings, ['getSync', 'lru-cache'], LIMIT));
}

/** Milliseconds of the processor's time, which other programs don't lengthen by taking turns. */
function processorTimes(contenders: Record<string, Contender>): Record<string, Contender> {
  const timed = Object.entries(contenders).map(([name, ask]) => {
    const run = async (): Promise<number> => {
      const before = process.cpuUsage();
      await ask();
      return process.cpuUsage(before).user / 1000;
    };
    return [name, run] as const;
  });
  return Object.fromEntries(timed);
}

/** Every answer was looked at, as somebody does who wants it. Each contender has a loop of its own, so that the others don't slow it down. */
function expectAll(requests: readonly string[], bytes: number): void {
  if (bytes !== requests.length * VALUE_BYTES)
    throw new Error(`Expected ${requests.length} hits but received ${bytes / VALUE_BYTES}`);
}
