import type { Lease } from '@framerail/lifecycle';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { sizeClassBytes } from '../src/blocks/size-class.js';
import { createBufferPool, type ReclaimRequest } from '../src/index.js';
import { PoolLease } from '../src/leases/pool-lease.js';
import { settle, watch } from './settled.js';

const BLOCK = 4096;

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a request that waits', () => {
  test('has leases of a lower priority asked back: the lowest first, then the oldest, and no more than it needs', () => {
    const loan = fc.record({ priority: fc.integer({ min: -2, max: 2 }), releases: fc.boolean() });
    const loans = fc.array(loan, { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(
        loans,
        fc.integer({ min: -2, max: 3 }),
        fc.integer({ min: 1, max: 20 }),
        (given, priority, blocks) => {
          using pool = createBufferPool({ maxBytes: given.length * BLOCK });
          const asked: { id: number; request: ReclaimRequest }[] = [];
          const leases = given.map((one, id) => {
            const lease = pool.tryAcquire(BLOCK, {
              priority: one.priority,
              onReclaim: (request) => {
                asked.push({ id, request });
                if (one.releases) lease?.release();
              },
            });
            return lease as Lease;
          });
          const asking = Math.min(blocks, given.length);
          const classBlocks = sizeClassBytes(asking * BLOCK) / BLOCK;
          // The budget cuts the largest class.
          const wanted = classBlocks <= given.length ? classBlocks : asking;
          watch(pool.acquire(asking * BLOCK, { priority }));
          const order = [...given.keys()]
            .filter((id) => (given[id] as { priority: number }).priority < priority)
            .sort((a, b) => (given[a]?.priority ?? 0) - (given[b]?.priority ?? 0) || a - b);
          expect(asked.map(({ id }) => id)).toEqual(order.slice(0, wanted));
          for (const [index, { request }] of asked.entries()) {
            expect(request).toEqual({ pool: 'buffers', reason: 'waiting', bytes: (wanted - index) * BLOCK });
          }
          const isServed =
            order.length >= wanted && order.slice(0, wanted).every((id) => given[id]?.releases);
          expect(pool.stats()).toMatchObject({ waiting: isServed ? 0 : 1, reclaims: asked.length });
          pool.close();
          for (const [id, lease] of leases.entries()) {
            if (!given[id]?.releases || !asked.some((one) => one.id === id)) lease.release();
          }
        },
      ),
      { seed: 85, numRuns: 1000 },
    );
  });

  test('asks each once, and goes on when what was asked back comes home later', async () => {
    using pool = createBufferPool({ maxBytes: 2 * BLOCK });
    const asked = [vi.fn(), vi.fn()];
    const leases = asked.map((onReclaim) => pool.tryAcquire(BLOCK, { onReclaim, priority: -1 }));
    const first = watch(pool.acquire(BLOCK));
    const second = watch(pool.acquire(BLOCK));
    expect(asked.map((one) => one.mock.calls.length)).toEqual([1, 0]);
    leases[0]?.release();
    // The second stands first in the line now.
    expect(asked.map((one) => one.mock.calls.length)).toEqual([1, 1]);
    leases[1]?.release();
    await settle();
    expect([first.state, second.state]).toEqual(['resolved', 'resolved']);
    first.value?.release();
    second.value?.release();
    expect(pool.stats()).toMatchObject({ reclaims: 2, bytesInUse: 0 });
  });

  test('asks nobody with `timeoutMs: 0`, nor when it only tries', async () => {
    using pool = createBufferPool({ maxBytes: BLOCK });
    const onReclaim = vi.fn();
    using _lease = pool.tryAcquire(BLOCK, { onReclaim, priority: -1 });
    expect(pool.tryAcquire(BLOCK, { priority: 1000 })).toBeUndefined();
    await expect(pool.acquire(BLOCK, { timeoutMs: 0 })).rejects.toThrow();
    expect(onReclaim).not.toHaveBeenCalled();
  });

  test('asks on after a request of a higher priority has taken what it waits for', async () => {
    using pool = createBufferPool({ maxBytes: 4 * BLOCK });
    const onReclaim = vi.fn();
    const low = pool.tryAcquire(BLOCK, { onReclaim, priority: -1 });
    const other = pool.tryAcquire(2 * BLOCK);
    const wanting = watch(pool.acquire(3 * BLOCK));
    expect(onReclaim).toHaveBeenCalledTimes(1);
    const second = vi.fn();
    // Overtakes, and would itself be asked back by nobody in this line.
    const urgent = pool.tryAcquire(BLOCK, { priority: 2, onReclaim: second });
    expect(second).not.toHaveBeenCalled();
    for (const lease of [low, other, urgent]) lease?.release();
    await settle();
    wanting.value?.release();
  });
});

describe('memory with other holders', () => {
  test('is asked back when the last of them has released', async () => {
    using pool = createBufferPool({ maxBytes: BLOCK });
    const onReclaim = vi.fn();
    const lease = pool.tryAcquire(BLOCK, { onReclaim, priority: -1 });
    const kept = lease?.retain();
    const wanting = watch(pool.acquire(BLOCK));
    expect(onReclaim).not.toHaveBeenCalled();
    kept?.release();
    expect(onReclaim).toHaveBeenCalledTimes(1);
    lease?.release();
    await settle();
    wanting.value?.release();
  });

  test('isn’t asked back once the one who could be asked has released', async () => {
    using pool = createBufferPool({ maxBytes: BLOCK });
    const onReclaim = vi.fn();
    const lease = pool.tryAcquire(BLOCK, { onReclaim, priority: -1 });
    const kept = lease?.retain();
    lease?.release();
    const wanting = watch(pool.acquire(BLOCK));
    expect(pool.trim({ maxPriority: 1000 })).toBe(0);
    expect(onReclaim).not.toHaveBeenCalled();
    kept?.release();
    await settle();
    wanting.value?.release();
  });

  test('isn’t asked back while it is in another thread', async () => {
    using pool = createBufferPool({ maxBytes: BLOCK });
    const onReclaim = vi.fn();
    const lease = pool.tryAcquire(BLOCK, { onReclaim, priority: -1 });
    const away = (lease as PoolLease).sendAway();
    expect(lease).toBeInstanceOf(PoolLease);
    const wanting = watch(pool.acquire(BLOCK));
    expect(onReclaim).not.toHaveBeenCalled();
    away.comeHome(away.memory);
    await settle();
    wanting.value?.release();
  });
});

describe('callbacks', () => {
  test.each([
    [
      'throws',
      () => {
        throw new Error('busy');
      },
    ],
    ['rejects', () => Promise.reject(new Error('busy'))],
  ])('one that %s is a warning, and the next is asked', async (_, onReclaim) => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    using pool = createBufferPool({ maxBytes: 2 * BLOCK, name: 'frames' });
    const stubborn = pool.tryAcquire(BLOCK, { onReclaim, priority: -2 });
    const kind = pool.tryAcquire(BLOCK, { onReclaim: () => kind?.release(), priority: -1 });
    const wanting = watch(pool.acquire(2 * BLOCK));
    await settle();
    expect(warn.mock.calls.map(([text]) => text)).toEqual([
      expect.stringMatching(/onReclaim of pool frames.*busy/s),
    ]);
    expect(pool.stats()).toMatchObject({ leases: 1, waiting: 1, reclaims: 2 });
    stubborn?.release();
    await settle();
    wanting.value?.release();
  });

  test('may do anything with the pool', async () => {
    using pool = createBufferPool({ maxBytes: 4 * BLOCK });
    const taken: (Lease | undefined)[] = [];
    const deeds = [
      () => taken.push(pool.tryAcquire(BLOCK, { priority: 900 })),
      () => pool.trim(),
      () => pool.limit(2 * BLOCK),
      () => pool.stats(),
    ];
    const leases = deeds.map((deed, index) => {
      const lease = pool.tryAcquire(BLOCK, {
        priority: index - 10,
        onReclaim: () => {
          lease?.release();
          deed();
        },
      });
      return lease;
    });
    expect(leases).not.toContain(undefined);
    const wanting = watch(pool.acquire(4 * BLOCK, { priority: 5 }));
    await settle();
    expect(pool.stats()).toMatchObject({ limitBytes: 2 * BLOCK, reclaims: 4 });
    for (const lease of taken) lease?.release();
    await settle();
    // With nothing else on loan it is served above the limit.
    expect(wanting.state).toBe('resolved');
    wanting.value?.release();
  });

  test('may close the pool', async () => {
    const pool = createBufferPool({ maxBytes: BLOCK });
    const lease = pool.tryAcquire(BLOCK, { onReclaim: () => pool.close(), priority: -1 });
    const wanting = watch(pool.acquire(BLOCK));
    await settle();
    expect(wanting.error).toMatchObject({ code: 'E_POOL_CLOSED' });
    lease?.release();
    expect(pool.stats()).toMatchObject({ bytesInUse: 0, bytesFree: 0, waiting: 0 });
  });

  test('that release, one leading to the next ten thousand times over, need no deep stack', async () => {
    const count = 10_000;
    using pool = createBufferPool({ maxBytes: count * BLOCK, maxWaiters: count, allocator: PRETENDED });
    for (let index = 0; index < count; index += 1) {
      const lease = pool.tryAcquire(BLOCK, { onReclaim: () => lease?.release(), priority: -1 });
    }
    const wanting = Array.from({ length: count }, () => watch(pool.acquire(BLOCK)));
    await settle();
    expect(wanting.every(({ state }) => state === 'resolved')).toBe(true);
    for (const { value } of wanting) value?.release();
    expect(pool.stats()).toMatchObject({ reclaims: count, bytesInUse: 0 });
  });
});

/** Memory that nobody touches, so that there can be much of it. */
const PRETENDED = {
  name: 'pretended',
  allocate: (byteLength: number) => new Uint8Array(byteLength),
  free() {},
};

describe('trim', () => {
  test('with a priority asks leases back that it covers, and frees what comes home, now or later', async () => {
    using pool = createBufferPool({ maxBytes: 8 * BLOCK });
    const asked: ReclaimRequest[] = [];
    const now = pool.tryAcquire(BLOCK, {
      priority: -3,
      onReclaim: (request) => {
        asked.push(request);
        now?.release();
      },
    });
    const later = pool.tryAcquire(BLOCK, { priority: -2, onReclaim: (request) => asked.push(request) });
    const above = pool.tryAcquire(BLOCK, { priority: 1, onReclaim: (request) => asked.push(request) });
    pool.tryAcquire(BLOCK, { priority: -5 })?.release();
    expect(pool.trim({ bytes: 3 * BLOCK, maxPriority: -2 })).toBe(2 * BLOCK);
    expect(asked).toEqual([
      { pool: 'buffers', reason: 'trim', bytes: 2 * BLOCK },
      { pool: 'buffers', reason: 'trim', bytes: BLOCK },
    ]);
    expect(pool.stats()).toMatchObject({ bytesFree: 0, leases: 2 });
    later?.release();
    expect(pool.stats()).toMatchObject({ bytesFree: 0, leases: 1 });
    above?.release();
    expect(pool.stats()).toMatchObject({ bytesFree: BLOCK, leases: 0 });
  });

  test('asks no more than it needs, nobody for idle memory, and nobody at no pressure', () => {
    using pool = createBufferPool({ maxBytes: 8 * BLOCK });
    const asked: number[] = [];
    for (const priority of [3, -1, 2]) {
      const lease = pool.tryAcquire(BLOCK, {
        priority,
        onReclaim: () => {
          asked.push(priority);
          lease?.release();
        },
      });
    }
    expect(pool.trim({ maxPriority: 10, idleMs: 5 })).toBe(0);
    expect(pool.trim({ maxPriority: 10, level: 'none' })).toBe(0);
    expect(pool.trim()).toBe(0);
    expect(asked).toEqual([]);
    expect(pool.trim({ maxPriority: 10, bytes: BLOCK + 1 })).toBe(2 * BLOCK);
    expect(asked).toEqual([-1, 2]);
    expect(pool.trim({ maxPriority: 10 })).toBe(BLOCK);
  });

  test('makes room for those who wait too', async () => {
    using pool = createBufferPool({ maxBytes: BLOCK });
    const lease = pool.tryAcquire(BLOCK, { priority: 5, onReclaim: () => lease?.release() });
    const wanting = watch(pool.acquire(BLOCK));
    expect(pool.trim({ maxPriority: 5 })).toBe(BLOCK);
    await settle();
    expect(wanting.state).toBe('resolved');
    wanting.value?.release();
  });
});
