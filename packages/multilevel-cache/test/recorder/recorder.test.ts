import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createManualClock } from '@framerail/lifecycle';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createCache,
  EVICTION_POLICIES,
  type EvictionPolicyName,
  memory,
  packedMemory,
  type TraceSink,
} from '../../src/index.js';
import { traceFile } from '../../src/recorder.js';
import { loadTrace, simulate, TRACE_HEADER } from '../../src/simulator.js';
import { settle } from '../cache/fault-tier.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recorder-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A sink that writes when it is told to. */
function heldSink() {
  const written: string[] = [];
  let next: { resolve: () => void; reject: (error: unknown) => void } | undefined;
  let isClosed = false;
  const sink: TraceSink = {
    write: (lines) =>
      new Promise((resolve, reject) => {
        next = { resolve: () => resolve(void written.push(lines)), reject };
      }),
    close: async () => {
      isClosed = true;
    },
  };
  return { sink, written, next: () => next, isClosed: () => isClosed };
}

const doing = fc.record({
  kind: fc.constantFrom('load', 'load', 'load', 'get', 'set', 'delete', 'later', 'later'),
  key: fc.nat(40),
});

describe('a recording', () => {
  it.each(Object.keys(EVICTION_POLICIES) as EvictionPolicyName[])(
    'gives with %s the hits that the cache had when it is replayed',
    async (name) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(doing, { minLength: 1, maxLength: 400 }),
          fc.integer({ min: 200, max: 2000 }),
          async (doings, maxBytes) => {
            const path = join(folder, `${name}.trace`);
            const cache = createCache({ tiers: [memory({ maxBytes, policy: EVICTION_POLICIES[name] })] });
            const recording = cache.record({ sink: traceFile({ path, maxBytes: 1e9, maxFiles: 1 }) });
            const bytesOf = (key: number): number => 1 + ((key * 37) % 120);
            const waiting: (() => void)[] = [];
            const loads: Promise<unknown>[] = [];
            for (const { kind, key } of doings) {
              const name = `key ${key}`;
              const value = new Uint8Array(bytesOf(key));
              if (kind === 'load') await cache.getOrLoad(name, () => value);
              else if (kind === 'get') cache.getSync(name);
              else if (kind === 'set') await cache.set(name, value);
              else if (kind === 'delete') await cache.delete(name);
              else {
                // Loads that end after others were begun, and some of them first.
                const load = () => new Promise<Uint8Array>((resolve) => waiting.push(() => resolve(value)));
                loads.push(cache.getOrLoad(name, load));
                await null;
                if (waiting.length > 3) for (const end of waiting.splice(0).reverse()) end();
              }
            }
            await settle(1);
            for (const end of waiting.splice(0)) end();
            await Promise.all(loads);
            const [stats] = cache.stats().tiers;
            await recording.close();
            await cache.close();
            expect(recording.stats()).toMatchObject({ dropped: 0, error: undefined });
            const trace = await loadTrace({ path });
            const { results } = await simulate({ trace, sizes: [maxBytes], policies: [name] });
            const misses = results[0]?.policies[0]?.missCount ?? Number.NaN;
            expect(trace.requests - misses).toBe(stats?.hits);
            expect(misses).toBe(stats?.misses);
          },
        ),
        { numRuns: 40 },
      );
    },
  );

  it('makes nobody wait for a sink that is slow, drops what it can’t take, and says so', async () => {
    const clock = createManualClock(0);
    const cache = createCache({ tiers: [memory({ maxBytes: 1000 })], clock, wallClock: () => clock.now() });
    const { sink, written, next, isClosed } = heldSink();
    const recording = cache.record({ sink, maxPending: 300 });
    await cache.set('a', new Uint8Array(10));
    clock.advance(1000);
    await settle(1);
    for (let use = 0; use < 100; use += 1) expect(cache.getSync('a')).toBeDefined();
    expect(recording.stats()).toMatchObject({ events: 0, dropped: 100 - Math.ceil((300 - 9) / 9) });
    next()?.resolve();
    await settle(1);
    next()?.resolve();
    await settle(1);
    const { events, dropped } = recording.stats();
    expect(events + dropped).toBe(101);
    expect(written.join('').split('\n')).toHaveLength(events + 1);
    await recording.close();
    expect(isClosed()).toBe(true);
    cache.getSync('a');
    expect(recording.stats()).toMatchObject({ events, dropped });
    await cache.close();
  });

  it('ends when its sink fails, and whoever closes it is told; the cache goes on', async () => {
    const cache = createCache({ tiers: [memory({ maxBytes: 1000 })] });
    await writeFile(join(folder, 'file'), '');
    const sink = traceFile({ path: join(folder, 'file', 'a.trace'), maxBytes: 1000 });
    const recording = cache.record({ sink });
    await cache.set('a', new Uint8Array(10));
    await recording.flush();
    expect(cache.getSync('a')).toBeDefined();
    expect(recording.stats()).toMatchObject({
      events: 0,
      dropped: 2,
      error: { code: 'E_OUTPUT_UNWRITABLE' },
    });
    await expect(recording.close()).rejects.toMatchObject({ code: 'E_OUTPUT_UNWRITABLE' });
    await cache.close();
  });

  it('begins another file when one is full, and each is a trace', async () => {
    const cache = createCache({ tiers: [memory({ maxBytes: 1000 })] });
    const path = join(folder, 'rotated', 'cache.trace');
    const recording = cache.record({ sink: traceFile({ path, maxBytes: 100, maxFiles: 3 }) });
    for (let use = 0; use < 40; use += 1) {
      cache.getSync(`key "${use}"\n`);
      await recording.flush();
    }
    await cache.close();
    const files = await readdir(join(folder, 'rotated'));
    expect(files.sort()).toEqual(['cache.trace', 'cache.trace.1', 'cache.trace.2']);
    for (const file of files) {
      const full = join(folder, 'rotated', file);
      expect((await readFile(full, 'utf8')).startsWith(TRACE_HEADER)).toBe(true);
      expect((await readFile(full)).byteLength).toBeLessThanOrEqual(100);
      expect((await loadTrace({ path: full })).requests).toBeGreaterThan(0);
    }
    const [latest] = (await readFile(path, 'utf8')).trim().split('\n').slice(-1);
    expect(latest).toBe('g - "key \\"39\\"\\n"');
  });

  it('is refused without a sink, a limit or a memory tier', async () => {
    const cache = createCache({ tiers: [memory({ maxBytes: 1000 })] });
    const wrong = expect.objectContaining({ code: 'E_INVALID_ARGUMENT' });
    expect(() => cache.record(undefined as never)).toThrow(wrong);
    expect(() => cache.record({ sink: { write: 5 } as never })).toThrow(wrong);
    expect(() => cache.record({ sink: heldSink().sink, maxPending: 0 })).toThrow(wrong);
    expect(() => traceFile({ path: '', maxBytes: 5 })).toThrow(wrong);
    expect(() => traceFile({ path: 'a' } as never)).toThrow(expect.objectContaining({ code: 'E_UNBOUNDED' }));
    await cache.close();
    expect(() => cache.record({ sink: heldSink().sink })).toThrow(
      expect.objectContaining({ code: 'E_CACHE_CLOSED' }),
    );
    const flat = createCache({ tiers: [packedMemory({ maxBytes: 10_000 })] });
    expect(() => flat.record({ sink: heldSink().sink })).toThrow(
      expect.objectContaining({ code: 'E_UNSUPPORTED' }),
    );
    await flat.close();
  });
});
