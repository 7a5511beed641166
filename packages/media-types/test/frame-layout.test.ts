import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  frameLayout,
  isPixelFormat,
  isTightlyPacked,
  MAX_FRAME_SIDE,
  PIXEL_FORMATS,
  type PixelFormat,
  pixelFormatFromFfmpeg,
  planeRowBytes,
  planeRows,
} from '../src/index.js';

const formats = Object.keys(PIXEL_FORMATS) as PixelFormat[];
const anyFormat = fc.constantFrom(...formats);
const side = fc.integer({ min: 1, max: 9000 });
const alignment = fc.constantFrom(1, 2, 4, 64, 256, 4096);

describe('frameLayout', () => {
  it('lays planes out without overlap, aligned, and ends with the last one', () => {
    fc.assert(
      fc.property(anyFormat, side, side, alignment, (format, width, height, align) => {
        const layout = frameLayout({ format, width, height, alignment: align });
        let end = 0;
        layout.planes.forEach((plane, index) => {
          expect(plane.offset).toBeGreaterThanOrEqual(end);
          expect(plane.offset - end).toBeLessThan(align);
          expect(plane.stride).toBeGreaterThanOrEqual(planeRowBytes(format, index, width));
          expect(plane.offset % align).toBe(0);
          expect(plane.stride % align).toBe(0);
          end = plane.offset + plane.stride * planeRows(format, index, height);
        });
        expect(layout.byteLength).toBe(end);
        expect(isTightlyPacked(frameLayout({ format, width, height }))).toBe(true);
      }),
    );
  });

  it('takes as many bytes as FFmpeg gives frames of the size', () => {
    // av_image_get_buffer_size(fmt, 7, 5, 1)
    const bytes: Record<string, number> = {
      NV12: 59,
      I420: 59,
      I422: 75,
      I444: 105,
      P010: 118,
      I420P10: 118,
      RGBA: 140,
    };
    for (const [format, expected] of Object.entries(bytes)) {
      expect(frameLayout({ format: format as PixelFormat, width: 7, height: 5 }).byteLength).toBe(expected);
    }
  });

  it('knows when a layout is padded', () => {
    expect(isTightlyPacked(frameLayout({ format: 'NV12', width: 6, height: 4, alignment: 64 }))).toBe(false);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, MAX_FRAME_SIDE + 1])(
    'refuses a side of %d',
    (bad) => {
      expect(() => frameLayout({ format: 'NV12', width: bad, height: 2 })).toThrow(/width/);
      expect(() => frameLayout({ format: 'NV12', width: 2, height: bad })).toThrow(/height/);
    },
  );

  it.each([0, 3, -2, 1.5])('refuses an alignment of %d', (bad) => {
    expect(() => frameLayout({ format: 'NV12', width: 2, height: 2, alignment: bad })).toThrow(/alignment/);
  });

  it('refuses a plane that a format has not', () => {
    expect(() => planeRowBytes('RGBA', 1, 2)).toThrow(RangeError);
    expect(() => planeRows('NV12', 2, 2)).toThrow(RangeError);
  });
});

describe('pixel formats', () => {
  it('are found by the names that FFmpeg gives them', () => {
    for (const format of formats) {
      const { ffmpegName } = PIXEL_FORMATS[format];
      if (ffmpegName !== undefined) expect(pixelFormatFromFfmpeg(ffmpegName)).toBe(format);
    }
    expect(pixelFormatFromFfmpeg('pal8')).toBeUndefined();
  });

  it('are told from other strings', () => {
    expect(isPixelFormat('NV12')).toBe(true);
    for (const other of ['nv12', 'toString', '', undefined, 12]) expect(isPixelFormat(other)).toBe(false);
  });
});
