import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  type Allocator,
  createBufferPool,
  heapAllocator,
  type NativeMemory,
  nativeAllocator,
  sharedAllocator,
} from '../src/index.js';
import { allocatorContract } from '../src/testing.js';
import { refusingBinding } from './refusing-binding.js';

const coded = (code: string, words = '') =>
  expect.objectContaining({ code, message: expect.stringContaining(words) });

describe('heap allocator', () => {
  for (const { name, run } of allocatorContract({ createAllocator: () => heapAllocator() })) test(name, run);

  test('freed memory is gone at once, so that a view kept by mistake reaches nothing', () => {
    const allocator = heapAllocator();
    const memory = allocator.allocate(4096);
    allocator.free(memory);
    expect(memory.byteLength).toBe(0);
  });

  test('claims no alignment where nobody tells addresses', () => {
    expect(heapAllocator().alignmentBytes).toBeUndefined();
    expect(sharedAllocator().alignmentBytes).toBeUndefined();
  });

  test.each([0, 1, 16, 48, 63, 64, 4096 + 16])(
    'cuts at a multiple of 64 where the buffer begins at %i',
    (start) => {
      const address = 0x7f00_0000_1000_0000n + BigInt(start);
      for (const addressOf of [
        ({ byteOffset }: Uint8Array) => address + BigInt(byteOffset),
        ({ byteOffset }: Uint8Array) => Number(address) + byteOffset,
      ]) {
        const allocator = heapAllocator({ binding: { addressOf } });
        expect(allocator.alignmentBytes).toBe(64);
        for (const size of [1, 64, 65, 4097]) {
          const memory = allocator.allocate(size);
          expect(BigInt(addressOf(memory)) % 64n).toBe(0n);
          expect(memory.byteLength).toBe(size);
          allocator.free(memory);
          expect(memory.byteLength).toBe(0);
        }
      }
    },
  );

  test.each([
    ['options', null],
    ['options', 'aligned'],
    ['binding', { binding: {} }],
    ['binding', { binding: null }],
    ['binding', { binding: 64 }],
  ])('refuses bad %s: %o', (name, options) => {
    for (const create of [heapAllocator, sharedAllocator]) {
      expect(() => create(options as never)).toThrow(coded('E_INVALID_ARGUMENT', name));
    }
  });
});

describe('shared allocator', () => {
  afterEach(() => vi.unstubAllGlobals());

  for (const { name, run } of allocatorContract({ createAllocator: () => sharedAllocator() }))
    test(name, run);

  test('what a worker writes into a lease is here without a copy', async () => {
    using pool = createBufferPool({ maxBytes: 1 << 20, allocator: sharedAllocator() });
    using lease = await pool.acquire(100_000);
    const worker = new Worker(
      `const { parentPort } = require('node:worker_threads');
       parentPort.once('message', (bytes) => { bytes.fill(0x5c); parentPort.postMessage('done'); });`,
      { eval: true },
    );
    try {
      const done = new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
      worker.postMessage(lease.bytes);
      await done;
      expect(lease.bytes.every((byte) => byte === 0x5c)).toBe(true);
    } finally {
      await worker.terminate();
    }
  });

  test('says what is missing where there is no shared memory', () => {
    vi.stubGlobal('SharedArrayBuffer', undefined);
    expect(() => sharedAllocator()).toThrow(coded('E_UNSUPPORTED', 'Cross-Origin-Opener-Policy'));
  });
});

describe('native allocator in an engine that takes no memory from outside', () => {
  for (const { name, run } of allocatorContract({
    createAllocator: () => nativeAllocator({ binding: refusingBinding() }),
  }))
    test(name, run);

  test('takes it from the heap and says why', async () => {
    const allocator = nativeAllocator({ binding: refusingBinding() });
    expect(allocator).toMatchObject({ name: 'native', alignmentBytes: 4096, fallbackReason: undefined });
    using pool = createBufferPool({ maxBytes: 1 << 20, allocator });
    using lease = await pool.acquire(5000);
    expect(lease.bytes.fill(1)).toHaveLength(5000);
    expect(allocator).toMatchObject({ name: 'heap', alignmentBytes: undefined });
    expect(allocator.fallbackReason).toContain('takes memory from outside');
    expect(pool.stats().allocator).toBe('heap');
  });

  test('asks once', () => {
    const binding = refusingBinding();
    const allocator = nativeAllocator({ binding });
    for (let turn = 0; turn < 5; turn += 1) allocator.free(allocator.allocate(10));
    expect(binding.calls).toBe(1);
  });

  test('keeps memory aligned where the binding tells addresses', () => {
    const addressOf = ({ byteOffset }: Uint8Array) => 0x1010 + byteOffset;
    const allocator = nativeAllocator({ binding: { ...refusingBinding(), addressOf } });
    expect(addressOf(allocator.allocate(1)) % 64).toBe(0);
    expect(allocator.alignmentBytes).toBe(64);
  });

  test('takes it from where it is told to, and gives it back there', () => {
    const freed: Uint8Array[] = [];
    const memory = new Uint8Array(7);
    const fallback: Allocator = {
      name: 'mine',
      fallbackReason: 'its own',
      allocate: () => memory,
      free: (one) => freed.push(one),
    };
    const allocator = nativeAllocator({ binding: refusingBinding(), fallback });
    allocator.free(allocator.allocate(7));
    expect(freed).toEqual([memory]);
    expect(allocator.name).toBe('mine');
    expect(allocator.fallbackReason).toContain('takes memory from outside');
  });

  test('refuses when there is to be no other memory', async () => {
    const allocator = nativeAllocator({ binding: refusingBinding(), fallback: false });
    expect(() => allocator.allocate(1)).toThrow(
      expect.objectContaining({ code: 'E_EXTERNAL_BUFFERS_REFUSED' }),
    );
    using pool = createBufferPool({ maxBytes: 1 << 20, allocator });
    await expect(pool.acquire(1)).rejects.toMatchObject({
      code: 'E_POOL_ALLOCATION_FAILED',
      cause: { code: 'E_EXTERNAL_BUFFERS_REFUSED' },
    });
  });

  test('other failures settle nothing', () => {
    let answers = 0;
    const binding: NativeMemory = {
      allocate(byteLength) {
        answers += 1;
        if (answers === 2) return new Uint8Array(byteLength);
        const code = answers === 1 ? 'E_OUT_OF_MEMORY' : 'E_EXTERNAL_BUFFERS_REFUSED';
        throw Object.assign(new Error(code), { code });
      },
    };
    const allocator = nativeAllocator({ binding });
    expect(() => allocator.allocate(1)).toThrow('E_OUT_OF_MEMORY');
    expect(allocator.allocate(1)).toHaveLength(1);
    // An engine that took some and then takes no more has failed; it has not changed its mind.
    expect(() => allocator.allocate(1)).toThrow('E_EXTERNAL_BUFFERS_REFUSED');
    expect(allocator).toMatchObject({ name: 'native', fallbackReason: undefined });
  });

  test.each([
    ['options', undefined],
    ['binding', {}],
    ['binding', { binding: null }],
    ['binding', { binding: {} }],
    ['hugePages', { binding: refusingBinding(), hugePages: 1 }],
    ['prefault', { binding: refusingBinding(), prefault: 'yes' }],
    ['fallback', { binding: refusingBinding(), fallback: null }],
    ['fallback', { binding: refusingBinding(), fallback: true }],
  ])('refuses bad %s: %o', (name, options) => {
    expect(() => nativeAllocator(options as never)).toThrow(coded('E_INVALID_ARGUMENT', name));
  });
});
