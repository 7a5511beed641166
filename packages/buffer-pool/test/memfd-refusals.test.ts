import { describe, expect, test } from 'vitest';
import { createBufferPool, type MemfdFile, type MemfdSource, memfdAllocator } from '../src/index.js';

const PAGE = 4096;

/** An addon whose files have ordinary memory, until they are told to fail. */
function fakeBinding(failure: {
  opening?: Error;
  mapping?: Error;
}): MemfdSource & { readonly offsets: number[] } {
  const offsets: number[] = [];
  class Memfd implements MemfdFile {
    readonly fd = 9;
    readonly byteLength: number;
    readonly pageBytes = PAGE;

    constructor(options: { readonly byteLength: number }) {
      if (failure.opening !== undefined) throw failure.opening;
      this.byteLength = options.byteLength;
    }

    map(offset: number, byteLength: number): Uint8Array {
      if (failure.mapping !== undefined) throw failure.mapping;
      offsets.push(offset);
      return new Uint8Array(byteLength);
    }

    free(): void {}

    offsetOf(): number {
      throw new Error('nobody asks');
    }

    takeCollected(): number[] {
      return [];
    }

    residentBytes(): number {
      return 0;
    }

    close(): void {}
  }
  return { Memfd, offsets };
}

const failing = (code: string) => Object.assign(new Error(`the system says ${code}`), { code });

describe('memfd allocator', () => {
  test.each(['E_UNSUPPORTED', 'E_MEMFD_FAILED', 'E_OUT_OF_MEMORY'])(
    'says why there is no such memory: %s',
    (code) => {
      const opening = failing(code);
      expect(() => memfdAllocator({ binding: fakeBinding({ opening }), maxBytes: PAGE })).toThrow(
        expect.objectContaining({ name: 'FramerailError', code, cause: opening }),
      );
    },
  );

  test('a failure without a code of the addon’s gets one', () => {
    const binding = fakeBinding({ opening: new TypeError('odd') });
    expect(() => memfdAllocator({ binding, maxBytes: PAGE })).toThrow(
      expect.objectContaining({ code: 'E_MEMFD_FAILED', message: 'odd' }),
    );
  });

  test('a place where no array could be made is free again', async () => {
    const failure: { mapping?: Error } = { mapping: failing('E_EXTERNAL_BUFFERS_REFUSED') };
    const binding = fakeBinding(failure);
    const allocator = memfdAllocator({ binding, maxBytes: 2 * PAGE });
    using pool = createBufferPool({ maxBytes: 2 * PAGE, allocator });
    for (let turn = 0; turn < 3; turn += 1) {
      await expect(pool.acquire(2 * PAGE)).rejects.toMatchObject({
        code: 'E_POOL_ALLOCATION_FAILED',
        cause: { code: 'E_EXTERNAL_BUFFERS_REFUSED' },
      });
    }
    delete failure.mapping;
    expect((await pool.acquire(2 * PAGE)).byteLength).toBe(2 * PAGE);
    expect(binding.offsets).toEqual([0]);
  });
});
