import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { requireShared } from '../../../scripts/testing/require.js';
import { EVICTION_POLICIES } from '../src/index.js';
import { beladyMisses, loadTrace, simulate } from '../src/simulator.js';
import { oracleGeneral, unitTrace, withFile } from './trace-files.js';

const keys = fc.array(fc.nat(6), { minLength: 1, maxLength: 14 });

/** The fewest misses that any choice of what to keep has: all choices, tried. */
function fewestMisses(requests: readonly number[], size: number): number {
  let states = new Map<string, number>([['', 0]]);
  for (const key of requests) {
    const after = new Map<string, number>();
    const reach = (held: readonly number[], misses: number): void => {
      const name = held.toSorted().join();
      if (misses < (after.get(name) ?? Number.POSITIVE_INFINITY)) after.set(name, misses);
    };
    for (const [name, misses] of states) {
      const held = name === '' ? [] : name.split(',').map(Number);
      if (held.includes(key)) reach(held, misses);
      else {
        reach(held, misses + 1);
        if (held.length < size) reach([...held, key], misses + 1);
        for (const out of held) reach([...held.filter((other) => other !== out), key], misses + 1);
      }
    }
    states = after;
  }
  return Math.min(...states.values());
}

test("Belady's has as few misses as any choice could have", async () => {
  await fc.assert(
    fc.asyncProperty(keys, fc.integer({ min: 1, max: 4 }), async (requests, size) => {
      expect(beladyMisses(await unitTrace(requests), size)).toBe(fewestMisses(requests, size));
    }),
    { numRuns: 100 },
  );
});

test('no policy has fewer misses than Belady’s, and a cache that holds all has only the first ones', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(40), { minLength: 1, maxLength: 500 }), async (requests) => {
      const trace = await unitTrace(requests);
      const { results } = await simulate({ trace, sizes: [1, 3, 10, 41] });
      for (const { policies, opt } of results)
        for (const { hitRate } of policies) expect(hitRate).toBeLessThanOrEqual(opt);
      const distinct = new Set(requests).size;
      for (const { missCount } of results.at(-1)?.policies ?? []) expect(missCount).toBe(distinct);
    }),
    { numRuns: 40 },
  );
});

test('says what was asked, in the order in which it was asked', async () => {
  const outcome = await simulate({ trace: await unitTrace([1, 2, 1, 1]), sizes: [2, 1], policies: ['lru'] });
  expect(outcome).toEqual({
    trace: expect.stringContaining('unit.trace'),
    requests: 4,
    results: [
      { size: 2, policies: [{ policy: 'lru', default: false, hitRate: 0.5, missCount: 2 }], opt: 0.5 },
      { size: 1, policies: [{ policy: 'lru', default: false, hitRate: 0.25, missCount: 3 }], opt: 0.5 },
    ],
  });
});

test('has one default, and every policy', async () => {
  const { results } = await simulate({ trace: await unitTrace([1]), sizes: [1] });
  expect(results[0]?.policies.map(({ policy }) => policy)).toEqual(Object.keys(EVICTION_POLICIES));
  expect(results[0]?.policies.filter((one) => one.default)).toHaveLength(1);
});

test('an entry larger than the cache is a miss and lets nothing go', async () => {
  const records = [1n, 2n, 1n, 2n, 1n].map((id) => ({ id, bytes: id === 1n ? 10 : 101 }));
  const trace = await withFile('a.bin', oracleGeneral(records), (path) => loadTrace({ path }));
  const { results } = await simulate({ trace, sizes: [100] });
  for (const { missCount } of results[0]?.policies ?? []) expect(missCount).toBe(3);
  expect(results[0]?.opt).toBe(2 / 5);
});

test('refuses sizes and policies that are none, and can be aborted', async () => {
  const trace = await unitTrace([1, 2, 3]);
  for (const sizes of [[], [0], [1.5], [-1], ['1' as never], 5 as never])
    await expect(simulate({ trace, sizes })).rejects.toMatchObject({ code: 'E_INVALID_ARGUMENT' });
  await expect(simulate({ trace, sizes: [1], policies: ['fifo' as never] })).rejects.toMatchObject({
    code: 'E_INVALID_ARGUMENT',
  });
  const aborted = simulate({ trace, sizes: [1], signal: AbortSignal.abort() });
  await expect(aborted).rejects.toMatchObject({ code: 'E_ABORTED' });
});

describe('cloudphysics-io, in bytes', () => {
  const path = requireShared('traces/cloudphysics-io.oracleGeneral.bin');
  const MIB = 2 ** 20;
  const sizes = [128, 256, 384, 512, 640, 768, 896, 1024].map((size) => size * MIB);
  // libCacheSim's figures, from the README beside the trace.
  const golden = {
    lru: [93374, 89783, 83572, 81722, 72494, 72104, 71972, 71704],
    sieve: [91699, 86720, 78578, 76707, 69945, 66221, 64445, 64376],
  };
  test.runIf(path !== undefined)('misses of LRU and SIEVE are libCacheSim’s', async () => {
    const trace = await loadTrace({ path: path ?? fileURLToPath(import.meta.url) });
    expect(trace).toMatchObject({ requests: 113_872, entries: 48_974 });
    const { results } = await simulate({ trace, sizes, policies: ['lru', 'sieve'] });
    expect(results.map(({ policies }) => policies[0]?.missCount)).toEqual(golden.lru);
    expect(results.map(({ policies }) => policies[1]?.missCount)).toEqual(golden.sieve);
  });
});
