import { describe, expect, test, vi } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { createBufferPool, heapAllocator, nativeAllocator, sharedAllocator } from '../src/index.js';
import { allocatorContract, bytesProbe } from '../src/testing.js';

const MIB = 1 << 20;

describe.runIf(requireProgram('addon'))('with the addon', async () => {
  const { loadNative } = await import('@framerail/native');
  const native = loadNative();
  if (!native.available) throw new Error(native.reasons.join('\n'));
  const { binding } = native;
  const probe = bytesProbe({ addressOf: (memory) => Number(BigInt(binding.addressOf(memory)) % 65536n) });

  describe.each([
    ['native', () => nativeAllocator({ binding })],
    ['native, huge and touched', () => nativeAllocator({ binding, hugePages: true, prefault: true })],
    ['aligned heap', () => heapAllocator({ binding })],
    ['aligned shared', () => sharedAllocator({ binding })],
  ])('%s', (_, createAllocator) => {
    for (const { name, run } of allocatorContract({ createAllocator, probe })) test(name, run);
  });

  test.each([
    ['heap', heapAllocator({ binding }), 64],
    ['shared', sharedAllocator({ binding }), 64],
    ['native', nativeAllocator({ binding }), 4096],
  ])('%s gives a pool blocks at multiples of its alignment', async (_, allocator, alignmentBytes) => {
    expect(allocator.alignmentBytes).toBe(alignmentBytes);
    using pool = createBufferPool({ maxBytes: 64 * MIB, allocator });
    const sizes = [1, 4096, 5000, 100_000, 3_110_400, 12_441_600];
    const leases = await Promise.all(sizes.map((size) => pool.acquire(size)));
    for (const lease of leases) {
      expect(BigInt(binding.addressOf(lease.bytes)) % BigInt(alignmentBytes)).toBe(0n);
      lease.release();
    }
  });

  test('touched memory is there at once, and trimmed memory is back with the system', async () => {
    using pool = createBufferPool({
      maxBytes: 256 * MIB,
      allocator: nativeAllocator({ binding, prefault: true }),
    });
    const before = process.memoryUsage.rss();
    const leases = await Promise.all(Array.from({ length: 4 }, () => pool.acquire(64 * MIB)));
    const with256 = process.memoryUsage.rss();
    // The tests before may still be giving some of theirs back.
    expect(with256 - before).toBeGreaterThan(192 * MIB);
    for (const lease of leases) lease.release();
    expect(pool.trim()).toBe(256 * MIB);
    await vi.waitFor(() => expect(with256 - process.memoryUsage.rss()).toBeGreaterThan(192 * MIB), 10_000);
  });

  test('memory of huge pages lies where huge pages can be', () => {
    const allocator = nativeAllocator({ binding, hugePages: true });
    const memory = allocator.allocate(8 * MIB);
    if (process.platform === 'linux') {
      expect(BigInt(binding.addressOf(memory)) % BigInt(2 * MIB)).toBe(0n);
    }
    expect(memory.every((byte) => byte === 0)).toBe(true);
    allocator.free(memory);
    expect(memory.byteLength).toBe(0);
  });

  test('the addon refuses what no system has, and the pool says so', async () => {
    const allocator = nativeAllocator({ binding });
    expect(() => allocator.allocate(2 ** 40)).toThrow(
      expect.objectContaining({ code: 'E_INVALID_ARGUMENT' }),
    );
    using pool = createBufferPool({ maxBytes: 2 ** 50, allocator });
    await expect(pool.acquire(2 ** 40)).rejects.toMatchObject({ code: 'E_POOL_ALLOCATION_FAILED' });
    expect(pool.stats()).toMatchObject({ bytesInUse: 0, leases: 0 });
  });
});
