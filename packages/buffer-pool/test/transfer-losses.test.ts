import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import {
  type Allocator,
  createBufferPool,
  receiveLease,
  sharedAllocator,
  transferLease,
} from '../src/index.js';
import { carry } from './transfer/carry.js';
import { collectGarbage } from './transfer/collect-garbage.js';
import { home } from './transfer/home.js';

const coded = (code: string, words = '') =>
  expect.objectContaining({ code, message: expect.stringContaining(words) });

test('a received lease that is collected unreleased gives its bytes back, its memory not', async () => {
  using pool = createBufferPool({ maxBytes: 8192, allocator: sharedAllocator() });
  const kept = await (async () => receiveLease(carry(transferLease(await pool.acquire(8192)))).bytes)();
  const waiting = pool.acquire(8192);
  await collectGarbage(() => pool.stats().waiting === 0);
  using lease = await waiting;
  expect(lease.bytes.buffer).not.toBe(kept.buffer);
});

test('memory that the holder transferred to somebody else is given up without a word', async () => {
  using pool = createBufferPool({ maxBytes: 8192 });
  const received = receiveLease(carry(transferLease(await pool.acquire(8192))));
  structuredClone(received.bytes, { transfer: [received.bytes.buffer as ArrayBuffer] });
  received.release();
  await home(pool);
  expect(pool.stats()).toMatchObject({ bytesFree: 0 });
});

test('what was given up stays given up, whatever comes of it', async () => {
  using pool = createBufferPool({ maxBytes: 8192, allocator: sharedAllocator() });
  const transfer = transferLease(await pool.acquire(8192));
  const received = receiveLease(carry(transfer));
  transfer.giveUp();
  transfer.giveUp();
  expect(pool.stats()).toMatchObject({ leases: 0, bytesFree: 0 });
  using lease = await pool.acquire(8192);
  expect(lease.bytes.buffer).not.toBe(received.bytes.buffer);
  received.release();
  transfer.cancel();
  await sleep(5);
  transfer.giveUp();
  expect(pool.stats()).toMatchObject({ leases: 1, misses: 2, bytesFree: 0 });
});

test('giving up does nothing when the memory is home', async () => {
  using pool = createBufferPool({ maxBytes: 8192 });
  const transfer = transferLease(await pool.acquire(8192));
  receiveLease(carry(transfer)).release();
  await home(pool);
  transfer.giveUp();
  expect(pool.stats().bytesFree).toBe(8192);
});

test('a pool that was closed meanwhile takes its memory back all the same', async () => {
  const pool = createBufferPool({ maxBytes: 8192 });
  const received = receiveLease(carry(transferLease(await pool.acquire(8192))));
  pool.close();
  expect(pool.stats().leases).toBe(1);
  received.release();
  await home(pool);
  expect(pool.stats().bytesFree).toBe(0);
});

test('a lease for whose copy there is no memory is released and says so', async () => {
  const allocator: Allocator = {
    name: 'stingy',
    allocate: (byteLength) =>
      Object.assign(new Uint8Array(1 << 20).subarray(0, byteLength), {
        subarray: () => {
          throw new RangeError('Array buffer allocation failed');
        },
      }),
    free() {},
  };
  using pool = createBufferPool({ maxBytes: 8192, allocator });
  const lease = await pool.acquire(8192);
  expect(() => transferLease(lease)).toThrow(coded('E_POOL_ALLOCATION_FAILED', 'copies for other threads'));
  await home(pool);
});
