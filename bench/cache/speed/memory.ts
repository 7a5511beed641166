// Hits in memory: nothing else happens, every key is there.
import { createCache, memory } from '@framerail/multilevel-cache';
import { CacheableMemory } from 'cacheable';
import { LRUCache } from 'lru-cache';
import { BoundedCache } from 'transitory';
import type { BenchContext, BenchOutcome } from '../../contract.ts';
import { alternate, type Contender } from '../../measure.ts';
import { atLeast, peersOf, perCall } from './against.ts';
import { keysOf, requestsOf } from './requests.ts';

const VALUE_BYTES = 64;
/** What the issue asks of `getSync`, over lru-cache. */
const LIMIT = 0.7;
const REQUESTS = 1_000_000;
/** Those whose figures no claim is about take part with so much fewer requests: one of them takes fifty times as long for each. */
const FEWER = 10;

/** One count of entries after the other, asked for in two ways. */
export async function measureMemory({ log, rounds, seed, quick }: BenchContext): Promise<BenchOutcome> {
  const outcome: BenchOutcome = { results: [], claims: [] };
  for (const entries of quick ? [1000] : [1000, 100_000, 1_000_000]) {
    const keys = keysOf(entries);
    await using caches = await filledCaches(keys);
    for (const distribution of ['zipf', 'uniform'] as const) {
      const requests = requestsOf(keys, quick ? 20_000 : REQUESTS, distribution, seed);
      const id = `memory/${entries}-${distribution}/get-sync`;
      await measure(outcome, id, caches, requests, rounds);
      log(`${id}: done`);
    }
  }
  return outcome;
}

/** All of them with all keys. */
async function filledCaches(keys: readonly string[]) {
  const ours = createCache({ tiers: [memory({ maxBytes: keys.length * VALUE_BYTES })] });
  const lru = new LRUCache<string, Uint8Array>({ max: keys.length });
  const sized = new LRUCache<string, Uint8Array>({
    maxSize: keys.length * VALUE_BYTES,
    sizeCalculation: (value) => value.byteLength,
  });
  const transitory = new BoundedCache<string, Uint8Array>({
    // It hands entries on in batches, and drops some of a cache that is just full.
    maxSize: keys.length * 2,
  });
  const cacheable = new CacheableMemory({ useClone: false, lruSize: keys.length, checkInterval: 0 });
  for (const key of keys) {
    const value = new Uint8Array(VALUE_BYTES);
    await ours.set(key, value);
    lru.set(key, value);
    sized.set(key, value);
    transitory.set(key, value);
    cacheable.set(key, value);
  }
  return { ours, lru, sized, transitory, cacheable, [Symbol.asyncDispose]: () => ours.close() };
}

/** Ours and lru-cache, of which there is a claim, by themselves; then the others. */
async function measure(
  { results, claims }: BenchOutcome,
  id: string,
  { ours, lru, sized, transitory, cacheable }: Awaited<ReturnType<typeof filledCaches>>,
  requests: readonly string[],
  rounds: number,
): Promise<void> {
  const load = (): never => {
    throw new Error('Expected every key to be in memory');
  };
  const claimed: Record<string, Contender> = {
    getSync: () => {
      let bytes = 0;
      for (const key of requests) bytes += ours.getSync(key)?.byteLength ?? 0;
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
  };
  const some = requests.slice(0, requests.length / FEWER);
  const others: Record<string, Contender> = {
    'await get': async () => {
      let bytes = 0;
      for (const key of some) bytes += (await ours.get(key))?.byteLength ?? 0;
      expectAll(some, bytes);
    },
    'await getOrLoad': async () => {
      let bytes = 0;
      for (const key of some) bytes += (await ours.getOrLoad(key, load))?.byteLength ?? 0;
      expectAll(some, bytes);
    },
    'await lru-cache': async () => {
      let bytes = 0;
      for (const key of some) bytes += (await lru.get(key))?.byteLength ?? 0;
      expectAll(some, bytes);
    },
    transitory: () => {
      let bytes = 0;
      for (const key of some) bytes += transitory.getIfPresent(key)?.byteLength ?? 0;
      expectAll(some, bytes);
    },
    cacheable: () => {
      let bytes = 0;
      for (const key of some) bytes += cacheable.get<Uint8Array>(key)?.byteLength ?? 0;
      expectAll(some, bytes);
    },
  };
  const timings = await alternate(processorTimes(claimed), { rounds, warmup: 2 });
  const beside = await alternate(processorTimes(others), { rounds, warmup: 1 });
  const figure = perCall(id, timings, 'getSync', requests.length);
  results.push({ ...figure, peers: { ...figure.peers, ...peersOf(beside, some.length) } });
  claims.push(atLeast(id, timings, ['getSync', 'lru-cache'], LIMIT));
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
