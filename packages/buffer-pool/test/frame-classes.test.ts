import { BT709, frameLayout, PIXEL_FORMATS, type PixelFormat } from '@framerail/media-types';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FrameClasses } from '../src/blocks/frame-classes.js';
import { exactClassBytes, MIN_EXACT_BYTES, sizeClassBytes } from '../src/blocks/size-class.js';
import { createBufferPool } from '../src/index.js';

const FORMATS = Object.keys(PIXEL_FORMATS) as PixelFormat[];
const HUGE = 2 ** 50;

describe('classes', () => {
  test.each([
    [1280, 720],
    [1920, 1080],
    [3840, 2160],
    [4096, 2160],
    [7680, 4320],
  ])('frames of %s×%s have their own from the start, in every format', (width, height) => {
    const classes = new FrameClasses([], HUGE);
    for (const format of FORMATS) {
      const { byteLength } = frameLayout({ format, width, height });
      expect(classes.classBytes(byteLength, false)).toBe(exactClassBytes(byteLength));
    }
  });

  test('registered layouts have theirs from the start, others from their first frame on', () => {
    const registered = frameLayout({ format: 'RGBA', width: 1000, height: 333, alignment: 256 });
    const other = frameLayout({ format: 'P010', width: 999, height: 777 });
    const classes = new FrameClasses([registered], HUGE);
    expect(classes.classBytes(registered.byteLength, false)).toBe(exactClassBytes(registered.byteLength));
    expect(classes.classBytes(other.byteLength, false)).toBe(sizeClassBytes(other.byteLength));
    expect(classes.classBytes(other.byteLength, true)).toBe(exactClassBytes(other.byteLength));
    expect(classes.classBytes(other.byteLength, false)).toBe(exactClassBytes(other.byteLength));
  });

  test('hold what is asked for, within the budget, in whole pages from 16 KiB where that leaves room, and waste little', () => {
    const request = fc.tuple(fc.integer({ min: 1, max: 300_000 }), fc.boolean());
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300_000 }),
        fc.array(request, { maxLength: 30 }),
        (maxBytes, requests) => {
          const classes = new FrameClasses([], maxBytes);
          for (const [byteLength, isFrame] of requests) {
            if (byteLength > maxBytes) continue;
            const bytes = classes.classBytes(byteLength, isFrame);
            expect(bytes).toBeGreaterThanOrEqual(byteLength);
            expect(bytes).toBeLessThanOrEqual(maxBytes);
            expect(classes.classBytes(byteLength, isFrame)).toBe(bytes);
            if (bytes !== byteLength && bytes >= 16_384) expect(bytes % 4096).toBe(0);
            if (byteLength > 4096) expect((bytes - byteLength) / bytes).toBeLessThan(0.2);
            if (isFrame && byteLength >= MIN_EXACT_BYTES) expect(bytes - byteLength).toBeLessThan(4096);
          }
        },
      ),
      { seed: 90, numRuns: 1000 },
    );
  });

  test('of a million different frames only the latest are remembered', () => {
    const classes = new FrameClasses([], HUGE);
    for (let pages = 17; pages < 17 + 5000; pages += 1) classes.classBytes(pages * 4096, true);
    expect(classes.classBytes(17 * 4096, false)).toBe(20 * 4096);
    expect(classes.classBytes(5013 * 4096, false)).toBe(5013 * 4096);
  });
});

describe('a pool', () => {
  const layout = frameLayout({ format: 'RGBA', width: 333, height: 222 });
  const exact = exactClassBytes(layout.byteLength);

  test('takes `layout` for a frame', async () => {
    using pool = createBufferPool({ maxBytes: 1 << 22 });
    using plain = await pool.acquire(layout.byteLength);
    using frame = await pool.acquire(layout.byteLength, { layout });
    using tried = pool.tryAcquire(layout.byteLength, { layout });
    expect([plain, frame, tried].map((lease) => lease?.byteLength)).toEqual(Array(3).fill(layout.byteLength));
    expect(pool.stats().classes).toMatchObject([
      { classBytes: exact, lent: 2 },
      { classBytes: sizeClassBytes(layout.byteLength), lent: 1 },
    ]);
  });

  test('knows the layouts it was made with', async () => {
    using pool = createBufferPool({ maxBytes: 1 << 22, layouts: [layout] });
    using _lease = await pool.acquire(layout.byteLength);
    expect(pool.stats()).toMatchObject({ bytesInUse: exact, classes: [{ classBytes: exact }] });
  });

  test('has a class for every registered layout: its own size to the page, however small', () => {
    for (let width = 1; width < 400; width += 1) {
      const small = frameLayout({ format: 'RGBA', width, height: 60 });
      using pool = createBufferPool({ maxBytes: 1 << 22, layouts: [small] });
      using _lease = pool.tryAcquire(small.byteLength);
      expect(pool.stats().bytesInUse).toBeLessThan(small.byteLength + 4096);
    }
  });

  test('shares blocks between frames and plain requests of a usual size', async () => {
    const usual = frameLayout({ format: 'NV12', width: 1280, height: 720 });
    using pool = createBufferPool({ maxBytes: 1 << 22 });
    (await pool.acquire(usual.byteLength)).release();
    (await pool.acquireFrame({ layout: usual, color: BT709, timestampUs: 0, durationUs: 0 }))[
      Symbol.dispose
    ]();
    expect(pool.stats()).toMatchObject({ hits: 1, misses: 1 });
  });

  test.each([
    ['larger than the bytes', { ...layout, byteLength: layout.byteLength + 1 }],
    ['without a size', {}],
    ['that is none', null],
  ])('refuses a layout %s', async (_, given) => {
    using pool = createBufferPool({ maxBytes: 1 << 22 });
    const refused = expect.objectContaining({
      code: 'E_INVALID_ARGUMENT',
      message: expect.stringContaining('layout'),
    });
    const options = { layout: given as typeof layout };
    await expect(pool.acquire(layout.byteLength, options)).rejects.toThrow(refused);
    expect(() => pool.tryAcquire(layout.byteLength, options)).toThrow(refused);
  });

  test.each([[['NV12']], [[undefined]], [{}], ['NV12']])('refuses layouts %j', (layouts) => {
    expect(() => createBufferPool({ maxBytes: 1, layouts: layouts as unknown as [] })).toThrow(
      expect.objectContaining({ code: 'E_INVALID_ARGUMENT', message: expect.stringContaining('layouts') }),
    );
  });
});
