import type { Lease } from '@framerail/lifecycle';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createBufferPool } from '../src/index.js';
import { settle, watch } from './settled.js';

const coded = (code: string, words = '') =>
  expect.objectContaining({ code, message: expect.stringContaining(words) });

const BLOCK = 4096;
const MAX_BYTES = 16 * BLOCK;

describe('limit', () => {
  test('bounds what is lent from now on and what is held besides, and lets one lease through', () => {
    const deed = fc.oneof(
      fc.record({ kind: fc.constant('limit' as const), amount: fc.nat(16) }),
      fc.record({ kind: fc.constant('acquire' as const), amount: fc.integer({ min: 1, max: 16 }) }),
      fc.record({ kind: fc.constant('release' as const), amount: fc.nat(20) }),
    );
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 80 }), (deeds) => {
        using pool = createBufferPool({ maxBytes: MAX_BYTES });
        const live: Lease[] = [];
        let limit = MAX_BYTES;
        for (const { kind, amount } of deeds) {
          const { bytesInUse, leases } = pool.stats();
          if (kind === 'limit') {
            limit = amount * BLOCK;
            pool.limit(limit);
          } else if (kind === 'release') live.splice(amount % (live.length + 1), 1)[0]?.release();
          else {
            const lease = pool.tryAcquire(amount * BLOCK);
            const after = pool.stats();
            if (lease !== undefined) {
              live.push(lease);
              if (leases > 0) expect(after.bytesInUse).toBeLessThanOrEqual(limit);
            } else if (leases === 0) throw new Error('With nothing on loan a request must be served');
            else expect(after.bytesInUse).toBe(bytesInUse);
          }
          const now = pool.stats();
          expect(now.limitBytes).toBe(limit);
          expect(now.bytesInUse + now.bytesFree).toBeLessThanOrEqual(Math.max(limit, now.bytesInUse));
        }
        for (const lease of live) lease.release();
        expect(pool.stats().bytesFree).toBeLessThanOrEqual(limit);
      }),
      { seed: 87, numRuns: 1000 },
    );
  });

  test('raised, serves those who wait; lowered, leaves what is on loan', async () => {
    using pool = createBufferPool({ maxBytes: MAX_BYTES });
    const lease = await pool.acquire(4 * BLOCK);
    pool.limit(2 * BLOCK);
    const waiting = watch(pool.acquire(2 * BLOCK));
    await settle();
    expect(waiting.state).toBe('pending');
    expect(lease.bytes.byteLength).toBe(4 * BLOCK);
    pool.limit(6 * BLOCK);
    await settle();
    expect(waiting.state).toBe('resolved');
    lease.release();
    waiting.value?.release();
  });

  test('is named where a request times out for it', async () => {
    using pool = createBufferPool({ maxBytes: MAX_BYTES });
    using _lease = await pool.acquire(BLOCK);
    pool.limit(BLOCK);
    await expect(pool.acquire(BLOCK, { timeoutMs: 0 })).rejects.toThrow(
      coded('E_TIMEOUT', `${BLOCK} of ${MAX_BYTES} in use, limited to ${BLOCK} at present`),
    );
  });

  test.each([-1, 0.5, Number.NaN, MAX_BYTES + 1, '1' as unknown as number])('of %s is refused', (bytes) => {
    using pool = createBufferPool({ maxBytes: MAX_BYTES });
    expect(() => pool.limit(bytes)).toThrow(coded('E_INVALID_ARGUMENT', 'bytes'));
  });
});

describe('maxFreeBytes', () => {
  test('bounds what stays free', () => {
    fc.assert(
      fc.property(
        fc.nat(8),
        fc.array(fc.integer({ min: 1, max: 3 * BLOCK }), { maxLength: 12 }),
        (blocks, sizes) => {
          using pool = createBufferPool({ maxBytes: MAX_BYTES * 4, maxFreeBytes: blocks * BLOCK });
          const leases = sizes.map((size) => pool.tryAcquire(size));
          for (const lease of leases) {
            lease?.release();
            expect(pool.stats().bytesFree).toBeLessThanOrEqual(blocks * BLOCK);
          }
        },
      ),
      { seed: 88, numRuns: 300 },
    );
  });

  test('of 0 keeps nothing', () => {
    using pool = createBufferPool({ maxBytes: MAX_BYTES, maxFreeBytes: 0 });
    pool.tryAcquire(1)?.release();
    expect(pool.stats()).toMatchObject({ bytesFree: 0, classes: [] });
  });
});
