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
