import type { Lease } from '@framerail/lifecycle';
import { expect, test } from 'vitest';
import { createBufferPool } from '../src/index.js';
import { type MemoryPool, poolContract } from '../src/testing.js';

type Pool = MemoryPool<Lease>;

/** A pool with something broken. */
function broken(change: (pool: Pool) => Partial<Pool>) {
  return ({ maxBytes }: { maxBytes: number }): Pool => {
    const pool = createBufferPool({ maxBytes });
    const whole: Pool = {
      name: pool.name,
      on: pool.on,
      acquire: (bytes, options) => pool.acquire(bytes, options),
      tryAcquire: (bytes, options) => pool.tryAcquire(bytes, options),
      trim: (request) => pool.trim(request),
      limit: (bytes) => pool.limit(bytes),
      flush: () => pool.flush(),
      close: () => pool.close(),
      stats: () => pool.stats(),
      [Symbol.dispose]: () => pool.close(),
    };
    return { ...whole, ...change(pool) };
  };
}

/** A lease with something broken. */
const lease = (whole: Lease, change: Partial<Lease>): Lease => ({
  bytes: whole.bytes,
  byteLength: whole.byteLength,
  retain: () => whole.retain(),
  release: () => whole.release(),
  [Symbol.dispose]: () => whole.release(),
  ...change,
});

const BREAKS: [string, (pool: Pool) => Partial<Pool>, string][] = [
  [
    'lends less than was asked for',
    (pool) => ({ acquire: (bytes) => pool.acquire(Math.max(bytes - 1, 1)) }),
    'lends the bytes that were asked for, counted by class, and takes them back',
  ],
  [
    'never lends the same memory again',
    (pool) => ({
      async acquire(bytes, options) {
        pool.trim();
        return pool.acquire(bytes, options);
      },
    }),
    'lends the same memory again instead of making more',
  ],
  [
    'shows memory after release',
    (pool) => ({ acquire: async (bytes, options) => lease(await pool.acquire(bytes, options), {}) }),
    'refuses whatever is done with a lease after its release',
  ],
  [
    'forgets its other holders',
    (pool) => ({
      async acquire(bytes, options) {
        const whole = await pool.acquire(bytes, options);
        return lease(whole, { retain: () => whole });
      },
    }),
    'keeps memory lent until its last holder has released',
  ],
  [
    'waits for what can never be',
    (pool) => ({
      acquire: (bytes, options) =>
        bytes > 65_536 ? pool.acquire(65_536, { ...options, timeoutMs: 1 }) : pool.acquire(bytes, options),
    }),
    'refuses sizes that are no sizes, and more than its budget at once',
  ],
  [
    'takes any options',
    (pool) => ({ acquire: (bytes) => pool.acquire(bytes) }),
    'refuses options that make no sense',
  ],
  [
    'trims what is asked of it without pressure',
    (pool) => ({ trim: () => pool.trim() }),
    'gives free memory back when it is trimmed where it can, and none that is lent',
  ],
  [
    'ignores its limit',
    () => ({ limit: () => {} }),
    'lends no more than its limit, save for one request when nothing is lent',
  ],
  [
    'is never closed',
    (pool) => ({ close: () => pool.flush() }),
    'goes on lending nothing after close, while leases stay valid',
  ],
  [
    'gives its own figures away',
    (pool) => ({ stats: () => ({ ...pool.stats() }) }),
    'gives snapshots that nobody can change',
  ],
  [
    'has no priorities',
    (pool) => ({ acquire: (bytes, options) => pool.acquire(bytes, { ...options, priority: 0 }) }),
    'serves larger priorities first, and equal ones in the order they came',
  ],
  [
    'lets small requests overtake',
    (pool) => ({
      acquire: (bytes, options) => pool.acquire(bytes, bytes < 4096 ? { ...options, priority: 9 } : options),
    }),
    'lets nobody overtake the first in the line',
  ],
  [
    'waits whatever its requests want',
    (pool) => ({ acquire: (bytes, options) => pool.acquire(bytes, { ...options, timeoutMs: 300 }) }),
    'refuses to wait for longer than a request wants to',
  ],
  [
    'does not hear signals',
    (pool) => ({ acquire: (bytes, options) => pool.acquire(bytes, { ...options, signal: undefined }) }),
    'hears abort signals before and during a wait, and ignores them after',
  ],
  [
    'asks nobody for leases',
    (pool) => ({ acquire: (bytes, options) => pool.acquire(bytes, { ...options, onReclaim: undefined }) }),
    'asks for leases back for whoever comes before them, and for nobody else',
  ],
  [
    'loses a lease now and then',
    (pool) => {
      let count = 0;
      return {
        tryAcquire(bytes, options) {
          count += 1;
          const whole = pool.tryAcquire(bytes, options);
          return count % 7 === 0 && whole !== undefined ? lease(whole, { release: () => {} }) : whole;
        },
      };
    },
    'loses nothing whatever comes in which order',
  ],
];

// What never ends is found out by the runner's limit; here by a shorter one.
const LIMIT_MS = 1000;

test.each(BREAKS)('a pool that %s is found out', async (_, change, name) => {
  const cases = poolContract({ createPool: broken(change), use: ({ bytes }) => bytes });
  const found = cases.find((one) => one.name === name);
  expect(found).toBeDefined();
  let limit: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    limit = setTimeout(() => reject(new Error('It did not end')), LIMIT_MS);
  });
  await expect(Promise.race([found?.run(), late])).rejects.toThrow();
  clearTimeout(limit);
});
