import { describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { createBufferPool, heapAllocator, nativeAllocator } from '../src/index.js';
import { allocatorContract } from '../src/testing.js';

describe('heap allocator', () => {
  for (const { name, run } of allocatorContract({ createAllocator: heapAllocator })) test(name, run);

  test('freed memory is gone at once, so that a view kept by mistake reaches nothing', () => {
    const allocator = heapAllocator();
    const memory = allocator.allocate(4096);
    allocator.free(memory);
    expect(memory.byteLength).toBe(0);
  });
});

describe('the contract', () => {
  const failures = (allocator: ReturnType<typeof heapAllocator>): string[] =>
    allocatorContract({ createAllocator: () => allocator })
      .filter(({ run }) => {
        try {
          run();
          return false;
        } catch {
          return true;
        }
      })
      .map(({ name }) => name);

  test('refuses an allocator that gives too little', () => {
    const short = { ...heapAllocator(), allocate: (byteLength: number) => new Uint8Array(byteLength - 1) };
    expect(failures(short)).toContain('gives exactly the bytes that were asked for');
  });

  test('refuses an allocator that gives the same memory twice', () => {
    const memory = new Uint8Array(20_000_000);
    const same = {
      name: 'same',
      allocate: (byteLength: number) => memory.subarray(0, byteLength),
      free: () => {},
    };
    expect(failures(same)).toContain(
      'gives memory that can be written to its last byte and overlaps nothing else',
    );
  });
});

if (requireProgram('addon')) {
  const { loadNative } = await import('@framerail/native');
  const native = loadNative();
  if (!native.available) throw new Error(native.reasons.join('\n'));
  const { binding } = native;

  describe('native allocator', () => {
    for (const { name, run } of allocatorContract({ createAllocator: () => nativeAllocator({ binding }) }))
      test(name, run);

    test('serves a pool, with huge pages and touched ones too', async () => {
      const allocator = nativeAllocator({ binding, hugePages: true, prefault: true });
      using pool = createBufferPool({ maxBytes: 1 << 26, allocator });
      const lease = await pool.acquire(12_441_600);
      lease.bytes.fill(7);
      expect(lease.bytes.every((byte) => byte === 7)).toBe(true);
      lease.release();
      expect(pool.trim()).toBeGreaterThan(0);
    });
  });
}
