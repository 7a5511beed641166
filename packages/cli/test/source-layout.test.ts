import { frameLayout, planeRowBytes, planeRows } from '@framerail/media-types';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stridedLayout } from '../src/raw-frames/source-layout.js';

const formats = fc.constantFrom('RGBA', 'BGRA', 'NV12', 'I420');
const side = fc.integer({ min: 1, max: 300 });

describe('stridedLayout', () => {
  it('lays planes out one after the other, each row within its stride', () => {
    fc.assert(
      fc.property(formats, side, side, fc.integer({ min: 0, max: 64 }), (format, width, height, padding) => {
        const stride = planeRowBytes(format, 0, width) + (width % 2) + padding;
        const { planes, byteLength } = stridedLayout({ format, width, height, stride });
        let end = 0;
        for (const [index, plane] of planes.entries()) {
          expect(plane.offset).toBe(end);
          expect(plane.stride).toBe(format === 'I420' && index > 0 ? Math.ceil(stride / 2) : stride);
          expect(plane.stride).toBeGreaterThanOrEqual(planeRowBytes(format, index, width));
          end += plane.stride * planeRows(format, index, height);
        }
        expect(byteLength).toBe(end);
      }),
      { seed: 7 },
    );
  });

  it('is tight without a stride', () => {
    expect(stridedLayout({ format: 'I420', width: 5, height: 3 })).toEqual(
      frameLayout({ format: 'I420', width: 5, height: 3 }),
    );
  });

  it('refuses a stride that a plane does not fit into, and says what would do', () => {
    expect(() => stridedLayout({ format: 'RGBA', width: 10, height: 2, stride: 39 })).toThrow(
      /at least 40 bytes/,
    );
    expect(() => stridedLayout({ format: 'NV12', width: 5, height: 3, stride: 5 })).toThrow(
      /at least 6 bytes/,
    );
    expect(() => stridedLayout({ format: 'I420', width: 5, height: 3, stride: 4 })).toThrow(
      /at least 5 bytes/,
    );
  });
});
