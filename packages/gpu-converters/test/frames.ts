import { type BufferPool, createBufferPool } from '@framerail/buffer-pool';
import {
  BT601,
  BT709,
  type FrameFormat,
  frameLayout,
  type PixelFormat,
  type RawFrame,
  SRGB,
} from '@framerail/media-types';
import { expect } from 'vitest';
import { generator } from '../src/contract/random-numbers.js';

export const NV12_SMALL: FrameFormat = {
  layout: frameLayout({ format: 'NV12', width: 22, height: 14 }),
  color: BT709,
};
export const NV12_LARGER: FrameFormat = {
  layout: frameLayout({ format: 'NV12', width: 30, height: 25 }),
  color: BT601,
};
export const RGBA_SMALL: FrameFormat = {
  layout: frameLayout({ format: 'RGBA', width: 22, height: 14 }),
  color: SRGB,
};

/** A tight format, sRGB or BT.709. */
export const formatOf = (format: PixelFormat, width: number, height: number): FrameFormat => ({
  layout: frameLayout({ format, width, height }),
  color: format === 'RGBA' || format === 'BGRA' || format === 'RGBA16F' ? SRGB : BT709,
});

/** A small picture with all kinds of alpha. */
export const LOGO = {
  data: new Uint8Array(6 * 5 * 4).map((_, index) => (index * 37) % 256),
  width: 6,
  height: 5,
};

/** A pool that knows whether all came back. */
export function watchedPool(maxBytes = 1 << 26): BufferPool & { expectAllBack(): void } {
  const pool = createBufferPool({ maxBytes, leakDetection: 'full', name: 'test' });
  return Object.assign(pool, {
    expectAllBack() {
      expect(pool.stats()).toMatchObject({ bytesInUse: 0, leases: 0, waiting: 0, lost: 0 });
    },
  });
}

/** A frame with random content that depends on its number alone; its time is its number. */
export async function numberedFrame(
  pool: BufferPool,
  format: FrameFormat,
  number: number,
): Promise<RawFrame> {
  const frame = await pool.acquireFrame({ ...format, timestampUs: number, durationUs: 1 });
  generator(`frame ${number}`).fill(frame.data);
  return frame;
}

/** An error with a code, for `toThrow`. */
export const coded = (code: string, words = '') =>
  expect.objectContaining({ code, message: expect.stringContaining(words) });
