import { BT709, frameLayout } from '@framerail/media-types';
import { describe, expect, test } from 'vitest';
import { createBufferPool, frameOf } from '../src/index.js';

const coded = (code: string, words = '') =>
  expect.objectContaining({ code, message: expect.stringContaining(words) });
const layout = frameLayout({ format: 'NV12', width: 640, height: 360 });
const description = { layout, color: BT709, timestampUs: 40_000, durationUs: 20_000 };

describe('frames', () => {
  test('a frame owns its lease and has exactly its bytes', async () => {
    using pool = createBufferPool({ maxBytes: 1 << 20 });
    const frame = await pool.acquireFrame(description);
    expect(frame).toMatchObject(description);
    expect(frame.data.byteLength).toBe(layout.byteLength);
    frame[Symbol.dispose]();
    expect(() => frame.data).toThrow(coded('E_LEASE_RELEASED'));
    expect(() => frame[Symbol.dispose]()).toThrow(coded('E_LEASE_RELEASED'));
    expect(pool.stats().bytesInUse).toBe(0);
  });

  test('frames get their own size to the page, and plain requests of that size use it', async () => {
    using pool = createBufferPool({ maxBytes: 1 << 20 });
    using _frame = await pool.acquireFrame(description);
    const exact = Math.ceil(layout.byteLength / 4096) * 4096;
    expect(pool.stats().classes).toMatchObject([{ classBytes: exact, lent: 1, free: 0 }]);
    using _lease = await pool.acquire(layout.byteLength);
    expect(pool.stats().classes).toMatchObject([{ classBytes: exact, lent: 2, free: 0 }]);
  });

  test('a lease that is too small for the layout is refused and stays the caller’s', async () => {
    using pool = createBufferPool({ maxBytes: 1 << 20 });
    const lease = await pool.acquire(100);
    expect(() => frameOf(lease, description)).toThrow(coded('E_INVALID_ARGUMENT', 'NV12 640×360'));
    lease.release();
  });

  test('a frame of a larger lease shows no more than its layout', async () => {
    using pool = createBufferPool({ maxBytes: 1 << 20 });
    using frame = frameOf(await pool.acquire(layout.byteLength + 10), description);
    expect(frame.data.byteLength).toBe(layout.byteLength);
  });
});
