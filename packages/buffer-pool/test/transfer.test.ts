import { setTimeout as sleep } from 'node:timers/promises';
import type { Lease } from '@framerail/lifecycle';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Allocator,
  createBufferPool,
  createMemoryManager,
  heapAllocator,
  type LeaseMessage,
  receiveLease,
  sharedAllocator,
  transferLease,
} from '../src/index.js';
import { carry } from './transfer/carry.js';
import { collectGarbage } from './transfer/collect-garbage.js';
import { home } from './transfer/home.js';

const coded = (code: string, words = '') =>
  expect.objectContaining({ code, message: expect.stringContaining(words) });

const MIB = 1 << 20;

/** Blocks side by side in one buffer, as an arena's. */
function arenaAllocator(): Allocator & { readonly arena: ArrayBuffer } {
  const arena = new ArrayBuffer(MIB);
  let end = 0;
  return {
    name: 'arena',
    arena,
    allocate(byteLength) {
      end += byteLength;
      return new Uint8Array(arena, end - byteLength, byteLength);
    },
    free() {},
  };
}

/** Memory that no engine lets go of. Its types are of browsers alone. */
function webAssemblyAllocator(): Allocator {
  const { Memory } = (globalThis as unknown as { WebAssembly: WebAssemblyMemory }).WebAssembly;
  return {
    name: 'webassembly',
    allocate: (byteLength) =>
      new Uint8Array(new Memory({ initial: Math.ceil(byteLength / 65_536) }).buffer, 0, byteLength),
    free() {},
  };
}

interface WebAssemblyMemory {
  readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
}

describe.each([
  ['moved', heapAllocator],
  ['shared', sharedAllocator],
  ['copied', arenaAllocator],
  ['copied', webAssemblyAllocator],
] as const)('memory that is %s (%o)', (passage, makeAllocator) => {
  test('arrives as it was, stays counted, and is lent again', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 100_000 }),
        fc.uint8Array({ minLength: 1, maxLength: 50 }),
        async (byteLength, pattern) => {
          using pool = createBufferPool({ maxBytes: MIB, allocator: makeAllocator() });
          const lease = await pool.acquire(byteLength);
          const whole = lease.bytes.map((_, index) => pattern[index % pattern.length] ?? 0);
          lease.bytes.set(whole);
          const { bytesInUse, bytesWasted } = pool.stats();
          const transfer = transferLease(lease);
          expect(transfer.message.passage).toBe(passage);
          const received = receiveLease(carry(transfer));
          expect(received.byteLength).toBe(byteLength);
          expect(Buffer.from(received.bytes).equals(Buffer.from(whole))).toBe(true);
          expect(pool.stats()).toMatchObject({ leases: 1, bytesInUse, bytesWasted });
          received.release();
          await home(pool);
          using again = await pool.acquire(byteLength);
          expect(again.byteLength).toBe(byteLength);
          again.bytes.fill(1);
          expect(pool.stats()).toMatchObject({ hits: 1, misses: 1 });
        },
      ),
      { numRuns: 15, seed: 401 },
    );
  });

  test('comes home if it is not posted after all', async () => {
    using pool = createBufferPool({ maxBytes: 8192, allocator: makeAllocator() });
    const transfer = transferLease(await pool.acquire(8192));
    const waiting = pool.acquire(8192);
    transfer.cancel();
    transfer.cancel();
    (await waiting).release();
    expect(pool.stats()).toMatchObject({ leases: 0, hits: 1, misses: 1 });
  });

  test('comes home if its message is collected without having been posted', async () => {
    using pool = createBufferPool({ maxBytes: 8192, allocator: makeAllocator() });
    const lease = await pool.acquire(8192);
    (() => void transferLease(lease))();
    const waiting = pool.acquire(8192);
    await collectGarbage(() => pool.stats().waiting === 0);
    (await waiting).release();
  });

  test('a message that was posted is not called back by cancel, nor by being collected', async () => {
    using pool = createBufferPool({ maxBytes: 8192, allocator: makeAllocator() });
    const transfer = transferLease(await pool.acquire(8192));
    const arrived = carry(transfer);
    transfer.cancel();
    await collectGarbage();
    const received = receiveLease(arrived);
    received.bytes.fill(3);
    expect(pool.stats().leases).toBe(1);
    expect(received.bytes.every((byte) => byte === 3)).toBe(true);
    received.release();
    await home(pool);
  });
});

test('what moves leaves no view behind', async () => {
  using pool = createBufferPool({ maxBytes: 8192 });
  const lease = await pool.acquire(8000);
  const kept = lease.bytes;
  const transfer = transferLease(lease);
  expect(kept.byteLength).toBe(0);
  const received = receiveLease(carry(transfer));
  const keptThere = received.bytes;
  received.release();
  expect(keptThere.byteLength).toBe(0);
  await home(pool);
});

test('neighbours in the same buffer are not taken along', async () => {
  const allocator = arenaAllocator();
  using pool = createBufferPool({ maxBytes: MIB, allocator });
  using neighbour = await pool.acquire(4096);
  neighbour.bytes.fill(5);
  const received = receiveLease(carry(transferLease(await pool.acquire(8192))));
  received.bytes.fill(6);
  expect(neighbour.bytes.every((byte) => byte === 5)).toBe(true);
  received.release();
  expect(allocator.arena.byteLength).toBe(MIB);
});

test('memory that fills its buffer and can’t be moved is copied', async () => {
  using pool = createBufferPool({ maxBytes: MIB, allocator: webAssemblyAllocator() });
  const lease = await pool.acquire(131_072);
  expect(lease.bytes.buffer.byteLength).toBe(131_072);
  lease.bytes.fill(4);
  const transfer = transferLease(lease);
  expect(transfer.message.passage).toBe('copied');
  using received = receiveLease(carry(transfer));
  expect(received.bytes.every((byte) => byte === 4)).toBe(true);
});

test('parts of Node’s buffers are copied, not seen by both', async () => {
  const slab = Buffer.alloc(MIB, 7);
  const allocator: Allocator = {
    name: 'slab',
    allocate: (byteLength) => slab.subarray(0, byteLength),
    free() {},
  };
  using pool = createBufferPool({ maxBytes: 8192, allocator });
  const received = receiveLease(carry(transferLease(await pool.acquire(8192))));
  received.bytes.fill(1);
  expect(slab.every((byte) => byte === 7)).toBe(true);
  received.release();
});

test('leases of a memory manager travel too; pictures of its cache have other holders', async () => {
  using memory = createMemoryManager({
    maxBytes: MIB,
    budgets: { video: MIB / 2, audio: 65_536, thumbnails: 65_536 },
  });
  const received = receiveLease(carry(transferLease(await memory.video.acquire(10_000))));
  expect(received.bytes.byteLength).toBe(10_000);
  received.release();
  await expect.poll(() => memory.video.stats().bytesInUse).toBe(0);
  memory.thumbnails.set('a', new Uint8Array(5000));
  using picture = memory.thumbnails.get('a') as Lease;
  expect(() => transferLease(picture)).toThrow(coded('E_LEASE_SHARED'));
});

test('a received lease is a lease: holders, refusals after release', async () => {
  using pool = createBufferPool({ maxBytes: 8192 });
  const received = receiveLease(carry(transferLease(await pool.acquire(5000))));
  const second = received.retain();
  received.release();
  expect(() => received.bytes).toThrow(coded('E_LEASE_RELEASED', 'Reading'));
  expect(() => received.release()).toThrow(coded('E_LEASE_RELEASED', 'Releasing'));
  expect(() => received[Symbol.dispose]()).toThrow(coded('E_LEASE_RELEASED'));
  expect(() => received.retain()).toThrow(coded('E_LEASE_RELEASED', 'Retaining'));
  expect(received.byteLength).toBe(5000);
  expect(second.bytes.byteLength).toBe(5000);
  await sleep(5);
  expect(pool.stats().leases).toBe(1);
  second.release();
  await home(pool);
});

test('using ends a scope in peace when the lease was sent away in it, here and there', async () => {
  using pool = createBufferPool({ maxBytes: 8192 });
  const send = async () => {
    using lease = await pool.acquire(5000);
    return transferLease(lease);
  };
  const sendOn = (message: LeaseMessage) => {
    using received = receiveLease(message);
    return transferLease(received);
  };
  const last = receiveLease(carry(sendOn(carry(await send()))));
  expect(last.bytes.byteLength).toBe(5000);
  last.release();
  await home(pool);
});

test('a lease that was sent on is refused afterwards, and one with other holders is not sent', async () => {
  using pool = createBufferPool({ maxBytes: 8192 });
  const received = receiveLease(carry(transferLease(await pool.acquire(5000))));
  const second = received.retain();
  expect(() => transferLease(received)).toThrow(coded('E_LEASE_SHARED', '1 other holder'));
  second.release();
  const transfer = transferLease(received);
  expect(() => received.bytes).toThrow(coded('E_LEASE_RELEASED', 'sent on'));
  expect(() => received.release()).toThrow(coded('E_LEASE_RELEASED', 'sent on'));
  expect(() => transferLease(received)).toThrow(coded('E_LEASE_RELEASED', 'sent on'));
  transfer.cancel();
  await home(pool);
});

test('a message can be received where it was made, and then is nobody else’s', async () => {
  using pool = createBufferPool({ maxBytes: 8192 });
  const transfer = transferLease(await pool.acquire(5000));
  const received = receiveLease(transfer.message);
  received.bytes.fill(9);
  transfer.cancel();
  expect(() => receiveLease(transfer.message)).toThrow(coded('E_LEASE_RECEIVED', 'retain()'));
  expect(received.bytes[4999]).toBe(9);
  received.release();
  await home(pool);
});
