import { getEventListeners } from 'node:events';
import { createManualClock, type Lease } from '@framerail/lifecycle';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type BufferPool, createBufferPool } from '../src/index.js';
import { fateOf } from './model/fate.js';
import { settle, watch } from './settled.js';

const coded = (code: string) => expect.objectContaining({ code });

describe('aborts', () => {
  test('before: nothing is taken, no listener is left', async () => {
    using pool = createBufferPool({ maxBytes: 10_000 });
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(pool.acquire(1, { signal })).rejects.toThrow(coded('E_ABORTED'));
    await expect(pool.acquire(1, { signal })).rejects.toMatchObject({ cause: signal.reason });
    expect(pool.stats()).toMatchObject({ leases: 0, misses: 0, waits: 0 });
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  test('during: the place in the line goes to the next, no listener is left', async () => {
    using pool = createBufferPool({ maxBytes: 10_000 });
    const controller = new AbortController();
    const held = await pool.acquire(5000);
    const large = watch(pool.acquire(10_000, { signal: controller.signal }));
    const small = watch(pool.acquire(4000));
    expect(await fateOf(small.promise)).toBe('pending');
    controller.abort();
    await settle();
    expect(large.error).toEqual(coded('E_ABORTED'));
    expect(small.state).toBe('resolved');
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    held.release();
    small.value?.release();
  });

  test('after: the lease stays, no listener is left', async () => {
    using pool = createBufferPool({ maxBytes: 10_000 });
    const controller = new AbortController();
    const held = await pool.acquire(10_000);
    const waiting = watch(pool.acquire(1, { signal: controller.signal }));
    held.release();
    // Granted, and nobody has heard of it yet.
    controller.abort();
    await settle();
    expect(waiting.state).toBe('resolved');
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    waiting.value?.release();
    expect(pool.stats().leases).toBe(0);
  });

  test('one signal for a thousand requests ends them all', async () => {
    using pool = createBufferPool({ maxBytes: 4096 });
    const controller = new AbortController();
    const held = await pool.acquire(1);
    const all = Array.from({ length: 1000 }, () => watch(pool.acquire(1, { signal: controller.signal })));
    controller.abort();
    await settle();
    expect(new Set(all.map(({ error }) => (error as { code: string }).code))).toEqual(new Set(['E_ABORTED']));
    expect(pool.stats()).toMatchObject({ waiting: 0, leases: 1 });
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    held.release();
  });

  test('a reason that is no error is kept as the cause', async () => {
    using pool = createBufferPool({ maxBytes: 4096 });
    for (const reason of ['words', 5, null, Symbol.iterator, { code: 'E_OWN' }]) {
      const signal = AbortSignal.abort(reason);
      await expect(pool.acquire(1, { signal })).rejects.toMatchObject({ code: 'E_ABORTED', cause: reason });
    }
  });

  test('an abort that a listener of the same signal answers with a new request loses nothing', async () => {
    using pool = createBufferPool({ maxBytes: 4096 });
    const controller = new AbortController();
    const held = await pool.acquire(1);
    let again: Promise<Lease> | undefined;
    controller.signal.addEventListener('abort', () => {
      again = pool.acquire(1);
    });
    const first = watch(pool.acquire(1, { signal: controller.signal }));
    controller.abort();
    await settle();
    expect(first.error).toEqual(coded('E_ABORTED'));
    held.release();
    (await (again as Promise<Lease>)).release();
    expect(pool.stats()).toMatchObject({ leases: 0, waiting: 0 });
  });

  test('a timeout and an abort in the same turn end a wait once', async () => {
    const clock = createManualClock();
    using pool = createBufferPool({ maxBytes: 4096, clock });
    const controller = new AbortController();
    const held = await pool.acquire(1);
    const waiting = watch(pool.acquire(1, { timeoutMs: 5, signal: controller.signal }));
    clock.advance(5);
    controller.abort();
    held.release();
    await settle();
    expect(waiting.error).toEqual(coded('E_TIMEOUT'));
    expect(pool.stats()).toMatchObject({ leases: 0, waiting: 0, waits: 1, waitedMs: 5 });
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('holders that are asked to give back', () => {
  const warn = vi.spyOn(process, 'emitWarning');
  beforeEach(() => {
    warn.mockReset();
    warn.mockImplementation(() => {});
  });
  afterEach(() => warn.mockReset());

  /** A pool whose whole budget is lent to one who can be asked, and a request that makes it ask. */
  async function asked(onReclaim: (pool: BufferPool, held: Lease) => unknown) {
    const pool = createBufferPool({ maxBytes: 8192 });
    const calls: string[] = [];
    const held: Lease = await pool.acquire(8192, {
      priority: -1,
      onReclaim: ({ reason }) => {
        calls.push(reason);
        // Whatever it returns is nobody's business.
        return onReclaim(pool, held) as undefined;
      },
    });
    const wanting = watch(pool.acquire(8192));
    await settle();
    return { pool, calls, held, wanting };
  }

  /** Gives back what is still held, and finds nothing left. */
  async function finish({ pool, held, wanting }: Awaited<ReturnType<typeof asked>>): Promise<void> {
    try {
      held.release();
    } catch (error) {
      expect(error).toEqual(coded('E_LEASE_RELEASED'));
    }
    await settle();
    expect(wanting.state).not.toBe('pending');
    wanting.value?.release();
    pool.close();
    expect(pool.stats()).toMatchObject({ bytesInUse: 0, bytesFree: 0, leases: 0, waiting: 0 });
  }

  test('are asked once, and may take their time', async () => {
    const one = await asked(() => {});
    expect(one.calls).toEqual(['waiting']);
    expect(one.wanting.state).toBe('pending');
    const second = watch(one.pool.acquire(100, { priority: 5 }));
    one.pool.trim({ maxPriority: 0 });
    expect(one.calls).toEqual(['waiting']);
    one.held.release();
    await settle();
    second.value?.release();
    await finish(one);
  });

  test('and release at once, so that who waits is served', async () => {
    const one = await asked((_, held) => held.release());
    expect(one.wanting.state).toBe('resolved');
    await finish(one);
  });

  test.each<[string, () => unknown]>([
    [
      'throw an error',
      () => {
        throw new Error('not now');
      },
    ],
    [
      'throw a string',
      () => {
        throw 'not now';
      },
    ],
    [
      'throw undefined',
      () => {
        throw undefined;
      },
    ],
    [
      'throw what can not be described',
      () => {
        throw Object.create(null);
      },
    ],
    ['return a promise that fails', () => Promise.reject(new Error('not now'))],
  ])('may %s: that is a warning', async (_, call) => {
    const one = await asked(call);
    expect(one.wanting.state).toBe('pending');
    expect(warn).toHaveBeenCalledTimes(1);
    await finish(one);
  });

  test.each<[string, (pool: BufferPool, held: Lease) => unknown]>([
    [
      'release and throw',
      (_, held) => {
        held.release();
        throw new Error('done');
      },
    ],
    ['ask for memory themselves', (pool) => void pool.acquire(100, { timeoutMs: 0 }).catch(() => {})],
    [
      'ask for memory with a priority that asks everybody',
      (pool) => void pool.acquire(100, { priority: 9, timeoutMs: 0 }).catch(() => {}),
    ],
    ['try to acquire', (pool) => pool.tryAcquire(100)?.release()],
    [
      'release and acquire at once',
      (pool, held) => {
        held.release();
        pool.tryAcquire(8192)?.release();
      },
    ],
    ['trim', (pool) => pool.trim({ maxPriority: 1000 })],
    [
      'release and trim',
      (pool, held) => {
        held.release();
        pool.trim();
      },
    ],
    ['limit the pool', (pool) => pool.limit(0)],
    [
      'limit the pool and release',
      (pool, held) => {
        pool.limit(0);
        held.release();
      },
    ],
    ['flush the pool', (pool) => pool.flush()],
    [
      'flush the pool and release',
      (pool, held) => {
        pool.flush();
        held.release();
      },
    ],
    ['close the pool', (pool) => pool.close()],
    [
      'close the pool and release',
      (pool, held) => {
        pool.close();
        held.release();
      },
    ],
    ['retain', (_, held) => held.retain().release()],
    ['read statistics', (pool) => pool.stats()],
    [
      'release twice',
      (_, held) => {
        held.release();
        held.release();
      },
    ],
  ])('may %s in the call: nothing is lost', async (_, call) => {
    const one = await asked(call);
    await finish(one);
  });
});

describe('listeners', () => {
  test('of late writes may throw and call the pool: the others hear of it and the pool goes on', async () => {
    const uncaught = vi.fn();
    process.on('uncaughtException', uncaught);
    const before = process.listeners('uncaughtException').filter((one) => one !== uncaught);
    for (const one of before) process.off('uncaughtException', one);
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    using pool = createBufferPool({ maxBytes: 20_000, poison: true });
    const heard: number[] = [];
    pool.on('lateWrite', () => {
      throw new Error('a listener that fails');
    });
    pool.on('lateWrite', ({ offset }) => {
      heard.push(offset);
      pool.tryAcquire(100)?.release();
      pool.trim();
    });
    const lease = await pool.acquire(5000);
    const { bytes } = lease;
    lease.release();
    bytes[17] = 1;
    const next = await pool.acquire(5000);
    expect(heard).toEqual([17]);
    expect(pool.stats()).toMatchObject({ lateWrites: 1, leases: 1, bytesInUse: 5120 });
    next.release();
    await settle();
    for (const one of before) process.on('uncaughtException', one);
    process.off('uncaughtException', uncaught);
    expect(uncaught.mock.calls.length + warn.mock.calls.length).toBe(1);
    warn.mockRestore();
  });
});
