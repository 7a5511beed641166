import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import {
  createBufferPool,
  heapAllocator,
  receiveLease,
  sharedAllocator,
  transferLease,
} from '../src/index.js';
import { carry } from './transfer/carry.js';

test.each([heapAllocator, sharedAllocator])(
  'memory that home gave up can be sent on, and is lent to nobody after it (%o)',
  async (makeAllocator) => {
    using pool = createBufferPool({ maxBytes: 1 << 20, allocator: makeAllocator() });
    const away = transferLease(await pool.acquire(100_000));
    const received = receiveLease(carry(away));
    received.bytes.fill(7);
    away.giveUp();
    await sleep(10);
    expect(pool.stats()).toMatchObject({ bytesInUse: 0, bytesFree: 0 });

    const onward = transferLease(received);
    const arrived = receiveLease(carry(onward));
    expect([arrived.bytes[0], arrived.bytes[99_999]]).toEqual([7, 7]);
    expect(() => received.bytes).toThrow(expect.objectContaining({ code: 'E_LEASE_RELEASED' }));
    arrived.release();
    await sleep(10);
    expect(pool.stats()).toMatchObject({ bytesInUse: 0, bytesFree: 0 });
  },
);

test('what home gave up is called off as anything else', async () => {
  using pool = createBufferPool({ maxBytes: 1 << 20 });
  const away = transferLease(await pool.acquire(100_000));
  const received = receiveLease(carry(away));
  away.giveUp();
  await sleep(10);
  const onward = transferLease(received);
  onward.cancel();
  expect(() => receiveLease(onward.message)).toThrow(expect.objectContaining({ code: expect.any(String) }));
  expect(pool.stats().bytesInUse).toBe(0);
});

test.each(['releases', 'sends on'])(
  'of a pool that records places, a received lease names both: where it %s, and where it was used then',
  async (how) => {
    using pool = createBufferPool({ maxBytes: 1 << 20, leakDetection: 'full' });
    const first = receiveLease(carry(transferLease(await pool.acquire(100_000))));
    // Also once it was sent on.
    const received = receiveLease(carry(transferLease(first)));
    const endHere = (): void => {
      if (how === 'releases') received.release();
      else receiveLease(carry(transferLease(received))).release();
    };
    const useHere = (): void => received.release();
    endHere();
    expect(useHere).toThrow(
      expect.objectContaining({
        code: 'E_LEASE_RELEASED',
        message: expect.stringMatching(/first at:\n[\s\S]*at endHere[\s\S]*used at:\n\s*at useHere/),
      }),
    );
  },
);
