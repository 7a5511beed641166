import { createBufferPool } from '@framerail/buffer-pool';
import { BT709, frameLayout, isPixelFormat, PIXEL_FORMATS, type PixelFormat } from '@framerail/media-types';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alignedRowBytes, packRows } from '../src/browser/read-picture.js';
import { importedFormat, importFrame, toVideoFrame, videoFrameInit } from '../src/index.js';
import { fakeVideoFrame, NO_TAGS } from './fake-video-frame.js';
import { coded, watchedPool } from './frames.js';

const format = fc.constantFrom(...(Object.keys(PIXEL_FORMATS) as PixelFormat[]));
const side = fc.integer({ min: 1, max: 65_535 });

describe('formats of a browser', () => {
  test('what WebCodecs shares with us keeps its format, size and samples', () => {
    fc.assert(
      fc.property(format, side, side, (name, width, height) => {
        const visibleRect = { x: 0, y: 0, width, height };
        const frame = fakeVideoFrame({ format: name, codedWidth: width, codedHeight: height, visibleRect });
        const { layout, path } = importedFormat(frame);
        const isShared = !['RGBA16F', 'P010', 'YUY2', 'UYVY'].includes(name);
        expect(path).toBe(isShared ? 'planes' : 'browser');
        expect(layout).toEqual(frameLayout({ format: isShared ? name : 'RGBA', width, height }));
      }),
      { seed: 3 },
    );
  });

  test('known tags are kept, unknown and missing ones are guessed and named', () => {
    const tagged = { primaries: 'bt2020', transfer: 'pq', matrix: 'bt2020-ncl', fullRange: true };
    expect(importedFormat(fakeVideoFrame({ colorSpace: tagged }))).toMatchObject({
      color: { ...tagged, chromaLocation: 'topleft' },
      guessed: ['chromaLocation'],
    });
    expect(
      importedFormat(fakeVideoFrame({ colorSpace: { ...NO_TAGS, transfer: 'film' } })).guessed,
    ).toHaveLength(5);
    expect(importedFormat(fakeVideoFrame({ codedHeight: 720 })).color).toEqual(BT709);
    expect(importedFormat(fakeVideoFrame({ format: 'I444', colorSpace: tagged })).guessed).toEqual([]);
  });

  test('RGB has no matrix, whatever its tags say', () => {
    const colorSpace = { primaries: 'smpte432', transfer: null, matrix: 'bt709', fullRange: false };
    const { color, guessed } = importedFormat(fakeVideoFrame({ format: 'BGRX', colorSpace }));
    expect(color).toMatchObject({ primaries: 'smpte432', matrix: 'rgb', fullRange: true });
    expect(guessed).toEqual(['transfer']);
  });

  test('what the browser has to convert is said to be', () => {
    const gbr = fakeVideoFrame({ format: 'I444', colorSpace: { ...NO_TAGS, matrix: 'rgb' } });
    expect(importedFormat(gbr)).toMatchObject({ path: 'browser', layout: { format: 'RGBA' } });
    expect(importedFormat(fakeVideoFrame({ format: null }))).toMatchObject({ path: 'browser' });
  });

  test('the visible part is what counts', () => {
    const frame = fakeVideoFrame({
      codedWidth: 1920,
      codedHeight: 1088,
      visibleRect: { x: 0, y: 0, width: 1919, height: 1080 },
    });
    expect(importedFormat(frame).layout).toMatchObject({ width: 1919, height: 1080 });
  });

  test.each([
    [fakeVideoFrame({ codedWidth: 0, codedHeight: 0, format: null }), 'an open VideoFrame'],
    [{ width: 0, height: 0 }, 'a picture with pixels'],
    [{} as never, 'a VideoFrame, an ImageBitmap or a canvas'],
    [undefined as never, 'a VideoFrame, an ImageBitmap or a canvas'],
  ])('a source that is none is refused', (source, words) => {
    expect(() => importedFormat(source)).toThrow(coded('E_INVALID_ARGUMENT', words));
  });
});

describe('importing a VideoFrame', () => {
  test('copies every plane to its place, and leaves planes of alpha out', async () => {
    const pool = watchedPool();
    for (const name of ['NV12', 'NV12A', 'I420', 'I420A', 'I422A', 'I444A', 'RGBA']) {
      const source = fakeVideoFrame({ format: name, rotation: 90, flip: true });
      using frame = await importFrame(source, { leases: pool });
      expect(frame).toMatchObject({
        timestampUs: 40_000,
        durationUs: 20_000,
        rotationDegrees: 90,
        isFlipped: true,
      });
      expect(isPixelFormat(frame.layout.format) && frame.data.byteLength).toBe(frame.layout.byteLength);
      expect(frame.layout.planes.map(({ offset }) => frame.data[offset])).toEqual(
        frame.layout.planes.map((_, index) => index + 1),
      );
      expect(source.closed).toBe(0);
    }
    pool.expectAllBack();
  });

  test('makes fourth bytes without a meaning opaque', async () => {
    using pool = createBufferPool({ maxBytes: 1 << 20 });
    using frame = await importFrame(fakeVideoFrame({ format: 'RGBX' }), { leases: pool });
    expect(frame.data.every((byte, index) => index % 4 !== 3 || byte === 255)).toBe(true);
  });

  test('gives the memory back when the browser refuses or the caller gives up', async () => {
    const pool = watchedPool();
    const refusing = fakeVideoFrame({ copyTo: () => Promise.reject(new Error('no')) });
    await expect(importFrame(refusing, { leases: pool })).rejects.toThrow(
      coded('E_IMPORT_FAILED', 'NV12: no'),
    );
    const controller = new AbortController();
    const aborting = fakeVideoFrame({ copyTo: async () => controller.abort() });
    const aborted = importFrame(aborting, { leases: pool, signal: controller.signal });
    await expect(aborted).rejects.toThrow(coded('E_ABORTED'));
    // A host without canvases, as Node is.
    await expect(importFrame({ width: 2, height: 2 }, { leases: pool })).rejects.toThrow(
      coded('E_IMPORT_FAILED'),
    );
    pool.expectAllBack();
  });
});

describe('making a VideoFrame', () => {
  const frameOf = (name: PixelFormat, width: number, height: number, alignment: number) => {
    const layout = frameLayout({ format: name, width, height, alignment });
    return { layout, color: BT709, timestampUs: 5, durationUs: 0 };
  };

  test('says of a frame what it is, for every format that WebCodecs has', () => {
    fc.assert(
      fc.property(format, side, side, fc.constantFrom(1, 256), (name, width, height, alignment) => {
        const frame = frameOf(name, width, height, alignment);
        if (['RGBA16F', 'P010', 'YUY2', 'UYVY'].includes(name)) {
          expect(() => videoFrameInit(frame)).toThrow(coded('E_UNSUPPORTED_FORMAT', name));
          return;
        }
        const { chromaLocation: _, ...colorSpace } = BT709;
        expect(videoFrameInit(frame)).toEqual({
          format: name,
          codedWidth: width,
          codedHeight: height,
          timestamp: 5,
          layout: frame.layout.planes,
          colorSpace,
        });
      }),
      { seed: 4 },
    );
  });

  test('is refused where there is no WebCodecs', () => {
    const frame = { ...frameOf('NV12', 2, 2, 1), data: new Uint8Array(6), [Symbol.dispose]: () => {} };
    expect(() => toVideoFrame(frame)).toThrow(coded('E_UNSUPPORTED_HOST'));
  });
});

describe('rows of a texture', () => {
  test('lose their padding and nothing else', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer(),
        (width, height, seed) => {
          const stride = alignedRowBytes(width);
          expect(stride % 256).toBe(0);
          expect(stride - width * 4).toBeLessThan(256);
          const pixel = (at: number): number => (Math.imul(at + 1, 2_654_435_761) ^ seed) & 255;
          const rows = Uint8Array.from({ length: stride * height }, (_, at) =>
            at % stride < width * 4 ? pixel(Math.floor(at / stride) * width * 4 + (at % stride)) : 0xee,
          );
          const target = new Uint8Array(width * 4 * height);
          packRows(rows, width * 4, stride, target);
          expect(target.every((byte, at) => byte === pixel(at))).toBe(true);
        },
      ),
      { seed: 5 },
    );
  });
});
