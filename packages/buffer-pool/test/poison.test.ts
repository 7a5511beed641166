import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { firstLateWrite, POISON_BYTE, poison } from '../src/blocks/poison.js';
import { createBufferPool, type LateWrite } from '../src/index.js';

afterEach(() => {
  vi.restoreAllMocks();
});

test('the first byte that was written to is found, at any offset and alignment', () => {
  fc.assert(
    fc.property(
      fc.nat(40),
      fc.nat(7),
      fc.array(fc.tuple(fc.nat(39), fc.nat(255)), { maxLength: 5 }),
      (length, shift, writes) => {
        const bytes = new Uint8Array(64).subarray(shift, shift + length);
        poison(bytes);
        for (const [offset, value] of writes) if (offset < length) bytes[offset] = value;
        expect(firstLateWrite(bytes)).toBe(bytes.findIndex((byte) => byte !== POISON_BYTE));
      },
    ),
    { seed: 89, numRuns: 2000 },
  );
});

describe('a pool with poison', () => {
  test('fills released memory', () => {
    using pool = createBufferPool({ maxBytes: 8192, poison: true });
    const lease = pool.tryAcquire(5000);
    const view = lease?.bytes;
    view?.fill(1);
    lease?.release();
    expect(view?.every((byte) => byte === POISON_BYTE)).toBe(true);
  });

  test('tells of a late write at the next loan of the block, with the place of the release', () => {
    using pool = createBufferPool({ maxBytes: 16_384, poison: true, leakDetection: 'full', name: 'frames' });
    const writes: LateWrite[] = [];
    pool.on('lateWrite', (write) => writes.push(write));
    const view = borrowAndRelease();
    view[4321] = 7;
    using _lease = pool.tryAcquire(100);
    expect(writes).toEqual([]);
    using _other = pool.tryAcquire(5000);
    expect(writes).toEqual([
      {
        pool: 'frames',
        offset: 4321,
        byteLength: 5120,
        releasedAt: expect.stringMatching(/^\s*at borrowAndRelease/),
      },
    ]);
    expect(pool.stats()).toMatchObject({ lateWrites: 1, leases: 2 });

    function borrowAndRelease(): Uint8Array {
      const lease = pool.tryAcquire(5000);
      const { bytes } = lease ?? { bytes: new Uint8Array(0) };
      lease?.release();
      return bytes;
    }
  });

  test('tells of one before the memory goes back, and of none where there was none', () => {
    using pool = createBufferPool({ maxBytes: 16_384, poison: true });
    const writes: LateWrite[] = [];
    pool.on('lateWrite', (write) => writes.push(write));
    const leases = [pool.tryAcquire(4096), pool.tryAcquire(4096)];
    const view = leases[0]?.bytes as Uint8Array;
    for (const lease of leases) lease?.release();
    view[0] = 1;
    expect(pool.trim()).toBe(8192);
    expect(writes).toEqual([{ pool: 'buffers', offset: 0, byteLength: 4096, releasedAt: undefined }]);
  });

  test('without a listener it is a warning of the process', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const pool = createBufferPool({ maxBytes: 4096, poison: true, name: 'frames' });
    const lease = pool.tryAcquire(1);
    const view = lease?.bytes as Uint8Array;
    lease?.release();
    view[0] = 1;
    pool.close();
    expect(warn.mock.calls).toEqual([
      [expect.stringContaining('Memory of pool frames'), 'FramerailLateWrite'],
    ]);
  });

  test('a listener may use the pool, and what it throws is a warning', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    using pool = createBufferPool({ maxBytes: 8192, poison: true });
    let within: number | undefined;
    pool.on('lateWrite', () => {
      using other = pool.tryAcquire(4096);
      within = other?.byteLength;
      throw new Error('no more');
    });
    const lease = pool.tryAcquire(4096);
    const view = lease?.bytes as Uint8Array;
    lease?.release();
    view[0] = 1;
    using next = pool.tryAcquire(4096);
    expect(next?.byteLength).toBe(4096);
    expect(within).toBe(4096);
    expect(warn.mock.calls).toEqual([
      [expect.stringMatching(/listener.*no more/s), 'FramerailCallbackFailed'],
    ]);
  });

  test('is refused if it isn’t a boolean', () => {
    expect(() => createBufferPool({ maxBytes: 1, poison: 1 as unknown as boolean })).toThrow(
      expect.objectContaining({ code: 'E_INVALID_ARGUMENT' }),
    );
  });
});
