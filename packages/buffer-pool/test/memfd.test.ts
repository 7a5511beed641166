import { once } from 'node:events';
import { fstatSync } from 'node:fs';
import { MessageChannel } from 'node:worker_threads';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import {
  createBufferPool,
  type MemfdAllocatorOptions,
  memfdAllocator,
  receiveLease,
  transferLease,
} from '../src/index.js';
import { allocatorContract, bytesProbe } from '../src/testing.js';

const MIB = 1 << 20;
const PAGE = 4096;
/** As the system counts them in `stat`. */
const BLOCK_BYTES = 512;

const coded = (code: string, words = '') =>
  expect.objectContaining({ code, message: expect.stringContaining(words) });

/** `ArrayBuffer.prototype.transfer` of ES2024. */
const transfer = ({ buffer }: Uint8Array, byteLength?: number): ArrayBuffer =>
  (buffer as unknown as { transfer(byteLength?: number): ArrayBuffer }).transfer(byteLength);

/** Comes back when it holds; the test's own time limit ends the waiting. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe.runIf(requireProgram('addon') && process.platform === 'linux')('memfd allocator', async () => {
  const { loadNative } = await import('@framerail/native');
  const native = loadNative();
  if (!native.available) throw new Error(native.reasons.join('\n'));
  const { binding } = native;
  const open = (options: Partial<MemfdAllocatorOptions> = {}) =>
    memfdAllocator({ binding, maxBytes: 64 * MIB, ...options });

  describe.each([
    ['untouched', {}],
    ['touched', { prefault: true }],
  ])('%s', (_, options) => {
    const probe = bytesProbe({ addressOf: (memory) => binding.addressOf(memory) % 65536 });
    const createAllocator = () => open({ ...options, maxBytes: 128 * MIB });
    for (const { name, run } of allocatorContract({ createAllocator, probe })) test(name, run);
  });

  test('memory lies in whole pages of the file, and offsets tell where', () => {
    using allocator = open();
    const memories = [1, 5000, 4096, 12_441_600].map((bytes) => allocator.allocate(bytes));
    expect(memories.map((memory) => allocator.offsetOf(memory))).toEqual([0, PAGE, 3 * PAGE, 4 * PAGE]);
    expect(allocator.offsetOf((memories[1] as Uint8Array).subarray(17, 20))).toBe(PAGE + 17);
    for (const memory of memories) allocator.free(memory);
  });

  test('takes memory where it is touched, and gives it back to the system', () => {
    using allocator = open();
    const blocks = () => fstatSync(allocator.fd).blocks * BLOCK_BYTES;
    const memories = Array.from({ length: 4 }, () => allocator.allocate(8 * MIB));
    expect(blocks()).toBe(0);
    for (const memory of memories) memory.fill(1);
    expect(blocks()).toBe(32 * MIB);
    expect(allocator.residentBytes).toBe(32 * MIB);
    for (const [index, memory] of memories.entries()) {
      allocator.free(memory);
      expect(memory.byteLength).toBe(0);
      expect(blocks()).toBe((3 - index) * 8 * MIB);
    }
  });

  test('a pool that is trimmed holds nothing', async () => {
    using allocator = open({ prefault: true });
    using pool = createBufferPool({ maxBytes: allocator.maxBytes, allocator });
    const leases = await Promise.all([12_441_600, 3_110_400, 100].map((bytes) => pool.acquire(bytes)));
    expect(allocator.residentBytes).toBeGreaterThanOrEqual(12_441_600 + 3_110_400 + PAGE);
    for (const lease of leases) lease.release();
    pool.trim();
    expect(allocator.residentBytes).toBe(0);
    expect(pool.stats()).toMatchObject({ allocator: 'memfd', bytesFree: 0 });
  });

  test('allocates its whole budget, in whatever sizes and after whatever came and went', () => {
    using allocator = open({ maxBytes: 64 * PAGE });
    const bytes = fc.integer({ min: 1, max: 64 * PAGE });
    const run = (requests: readonly (readonly [number, number])[]) => {
      const held: Uint8Array[] = [];
      let pages = 0;
      for (const [size, victim] of requests) {
        const needed = Math.ceil(size / PAGE);
        while (pages + needed > 64) {
          const [back] = held.splice(victim % held.length, 1);
          if (back === undefined) continue;
          pages -= Math.ceil(back.byteLength / PAGE);
          allocator.free(back);
        }
        expect(() => allocator.allocate((65 - pages) * PAGE)).toThrow(coded('E_OUT_OF_MEMORY'));
        held.push(allocator.allocate(size));
        pages += needed;
      }
      for (const memory of held) allocator.free(memory);
    };
    fc.assert(fc.property(fc.array(fc.tuple(bytes, fc.nat(1000)), { maxLength: 60 }), run), { numRuns: 60 });
    expect(allocator.residentBytes).toBe(0);
  });

  test('memory that somebody transferred away and dropped comes back by itself', async () => {
    using allocator = open({ maxBytes: 4 * MIB });
    const memory = allocator.allocate(4 * MIB).fill(1);
    transfer(memory, 0);
    allocator.free(memory);
    await until(() => allocator.residentBytes === 0);
    const next = allocator.allocate(4 * MIB);
    expect(next.every((byte) => byte === 0)).toBe(true);
    allocator.free(next);
  });

  test('memory that comes home under another buffer is known by its place', () => {
    using allocator = open({ maxBytes: 4 * MIB });
    const memory = allocator.allocate(4 * MIB).fill(1);
    const moved = new Uint8Array(transfer(memory));
    expect(allocator.offsetOf(moved)).toBe(0);
    allocator.free(moved);
    expect([moved.byteLength, allocator.residentBytes]).toEqual([0, 0]);
    allocator.free(allocator.allocate(4 * MIB));
  });

  test('a lease goes to another port and back, in the same place of the file', async () => {
    using allocator = open({ maxBytes: 4 * MIB });
    using pool = createBufferPool({ maxBytes: 4 * MIB, allocator });
    const { port1, port2 } = new MessageChannel();
    try {
      const lease = await pool.acquire(3 * MIB);
      const offset = allocator.offsetOf(lease.bytes.fill(1));
      const { message, transfer: list } = transferLease(lease);
      const arrived = once(port2, 'message');
      port1.postMessage(message, list);
      const received = receiveLease((await arrived)[0]);
      expect([allocator.offsetOf(received.bytes), received.bytes.at(-1)]).toEqual([offset, 1]);
      received.release();
      await until(() => pool.stats().bytesInUse === 0);
      expect(allocator.residentBytes).toBe(3 * MIB);
      pool.trim();
      expect(allocator.residentBytes).toBe(0);
    } finally {
      port1.close();
    }
  });

  test('memory that a call still uses is not given to another', async () => {
    using allocator = open({ maxBytes: 4 * MIB });
    const memory = allocator.allocate(4 * MIB).fill(7);
    const pipe = new binding.FramePipe({ mode: 'splice' });
    const write = pipe.write(memory);
    allocator.free(memory);
    expect(memory.byteLength).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(() => allocator.allocate(1)).toThrow(coded('E_OUT_OF_MEMORY'));
    pipe.abort();
    await expect(write).rejects.toMatchObject({ code: 'ECANCELED' });
    allocator.free(allocator.allocate(4 * MIB));
  });

  test('after close nothing is allocated, and what there is stays until it is freed', () => {
    const allocator = open({ prefault: true });
    const memory = allocator.allocate(5000).fill(3);
    allocator.close();
    allocator.close();
    expect([allocator.fd, allocator.residentBytes, memory[4999]]).toEqual([-1, 0, 3]);
    expect(() => allocator.allocate(1)).toThrow(expect.objectContaining({ code: 'E_INVALID_ARGUMENT' }));
    allocator.free(memory);
    expect(memory.byteLength).toBe(0);
  });

  test('where files may not be large it makes do with the budget', () => {
    let asked = 0;
    class Small extends binding.Memfd {
      constructor(options: { readonly byteLength: number }) {
        asked += 1;
        if (options.byteLength > 10 * MIB)
          throw Object.assign(new Error('large'), { code: 'E_OUT_OF_MEMORY' });
        super(options);
      }
    }
    using allocator = memfdAllocator({ binding: { Memfd: Small }, maxBytes: 8 * MIB });
    expect(asked).toBeGreaterThan(1);
    allocator.free(allocator.allocate(8 * MIB));
    const open = () => memfdAllocator({ binding: { Memfd: Small }, maxBytes: 16 * MIB });
    expect(open).toThrow(coded('E_OUT_OF_MEMORY'));
  });

  test.each([
    ['nothing', undefined, 'E_INVALID_ARGUMENT'],
    ['no binding', { maxBytes: 1 }, 'E_INVALID_ARGUMENT'],
    ['a binding without it', { binding: {}, maxBytes: 1 }, 'E_INVALID_ARGUMENT'],
    ['no budget', { binding }, 'E_UNBOUNDED'],
    ['a budget without end', { binding, maxBytes: Number.POSITIVE_INFINITY }, 'E_UNBOUNDED'],
    ['a budget of nothing', { binding, maxBytes: 0 }, 'E_INVALID_ARGUMENT'],
    ['a negative budget', { binding, maxBytes: -4096 }, 'E_INVALID_ARGUMENT'],
    ['a fractional budget', { binding, maxBytes: 4096.5 }, 'E_INVALID_ARGUMENT'],
    ['more than there are addresses', { binding, maxBytes: 2 ** 50 }, 'E_INVALID_ARGUMENT'],
    ['a name that is none', { binding, maxBytes: 1, name: 7 }, 'E_INVALID_ARGUMENT'],
    ['a name without letters', { binding, maxBytes: 1, name: '' }, 'E_INVALID_ARGUMENT'],
    ['a name with an end in it', { binding, maxBytes: 1, name: 'a\0b' }, 'E_INVALID_ARGUMENT'],
    ['a name that is too long', { binding, maxBytes: 1, name: 'é'.repeat(125) }, 'E_INVALID_ARGUMENT'],
    ['prefault that is no boolean', { binding, maxBytes: 1, prefault: 1 }, 'E_INVALID_ARGUMENT'],
  ])('refuses %s', (_, options, code) => {
    expect(() => memfdAllocator(options as never)).toThrow(coded(code));
  });

  test.each([0, -1, 1.5, Number.NaN, '8', undefined])('refuses to allocate %s bytes', (bytes) => {
    using allocator = open();
    expect(() => allocator.allocate(bytes as number)).toThrow(coded('E_INVALID_ARGUMENT'));
  });

  test('refuses memory that is not its own, or freed', () => {
    using allocator = open();
    using other = open();
    const memory = allocator.allocate(10_000);
    for (const foreign of [new Uint8Array(10), other.allocate(10_000), binding.allocate(10_000)]) {
      expect(() => allocator.offsetOf(foreign)).toThrow(coded('E_INVALID_ARGUMENT', 'memory'));
      expect(() => allocator.free(foreign)).toThrow(coded('E_INVALID_ARGUMENT', 'memory'));
    }
    expect(() => allocator.free(memory.subarray(1))).toThrow(
      expect.objectContaining({ code: 'E_INVALID_ARGUMENT' }),
    );
    allocator.free(memory);
    expect(() => allocator.offsetOf(memory)).toThrow(coded('E_INVALID_ARGUMENT', 'memory'));
  });
});
