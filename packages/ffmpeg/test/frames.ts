import {
  BT709,
  type ColorSpace,
  type FrameLayout,
  frameLayout,
  MATRIX_COEFFICIENTS,
  type RawFrame,
  type YcbcrMatrix,
} from '@framerail/media-types';

/** What frames are unless said otherwise. */
export const LAYOUT = frameLayout({ format: 'NV12', width: 64, height: 48 });

/** Makes frames and knows which of them nobody has disposed. */
export function frameSource() {
  let live = 0;
  const frameOf = (
    data: Uint8Array,
    options: { layout?: FrameLayout; color?: ColorSpace } = {},
  ): RawFrame => {
    const { layout = LAYOUT, color = BT709 } = options;
    let disposed = false;
    live += 1;
    return {
      ...{ data, layout, color, timestampUs: 0, durationUs: 0 },
      [Symbol.dispose]() {
        if (disposed) throw new Error('Expected one disposal but there were two');
        disposed = true;
        live -= 1;
        // What is still read after this shows as wrong bytes in the output.
        data.fill(0xee);
      },
    };
  };
  return {
    /** A frame of these bytes. */
    frameOf,
    /** A frame of the noise of `seed + 1`. */
    noisy: (seed: number, layout = LAYOUT, color: ColorSpace = BT709): RawFrame =>
      frameOf(noise(layout.byteLength, seed + 1), { layout, color }),
    get live() {
      return live;
    },
  };
}

/** Frames of even grey, in I420, each of its own luma. */
export function greyFrames(lumas: readonly number[], width = 16, height = 16): Uint8Array {
  const lumaBytes = width * height;
  const frames = new Uint8Array(lumas.length * lumaBytes * 1.5).fill(128);
  for (const [index, luma] of lumas.entries()) {
    frames.fill(luma, index * lumaBytes * 1.5, index * lumaBytes * 1.5 + lumaBytes);
  }
  return frames;
}

/** Arguments that make ffmpeg read such frames from its stdin. */
export function rawInput(options: { pixelFormat?: string; size?: string; rate?: string } = {}): string[] {
  const { pixelFormat = 'yuv420p', size = '16x16', rate = '25' } = options;
  return [
    '-f',
    'rawvideo',
    '-pixel_format',
    pixelFormat,
    '-video_size',
    size,
    '-framerate',
    rate,
    '-i',
    'pipe:0',
  ];
}

/** I420 as NV12: the same samples in another order. */
export function interleaveChroma(i420: Uint8Array, width: number, height: number): Uint8Array {
  const chroma = Math.ceil(width / 2) * Math.ceil(height / 2);
  const luma = width * height;
  const nv12 = new Uint8Array(i420.byteLength);
  nv12.set(i420.subarray(0, luma));
  for (let index = 0; index < chroma; index += 1) {
    nv12[luma + 2 * index] = i420[luma + index] ?? 0;
    nv12[luma + 2 * index + 1] = i420[luma + chroma + index] ?? 0;
  }
  return nv12;
}

/** Bytes that look like noise and are the same every time (xorshift32). */
export function noise(byteLength: number, seed = 1): Uint8Array {
  let state = seed;
  return new Uint8Array(byteLength).map(() => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 255;
  });
}

/** The weights with which a chroma sample at luma column 0, row 0 covers its neighbours. */
export const SITING_WEIGHTS = {
  center: {
    x: [
      [0, 1],
      [1, 1],
    ],
    y: [
      [0, 1],
      [1, 1],
    ],
  },
  left: {
    x: [
      [-1, 1],
      [0, 2],
      [1, 1],
    ],
    y: [
      [0, 1],
      [1, 1],
    ],
  },
} as const;

/** Mean of a plane around the chroma sample (cx, cy), by siting; edges repeat. */
export function sitedMean(
  at: (x: number, y: number) => number,
  siting: keyof typeof SITING_WEIGHTS,
  [cx, cy]: readonly [number, number],
): number {
  const { x: columns, y: rows } = SITING_WEIGHTS[siting];
  let sum = 0;
  let weights = 0;
  for (const [dx, wx] of columns) {
    for (const [dy, wy] of rows) {
      sum += at(Math.max(0, 2 * cx + dx), 2 * cy + dy) * wx * wy;
      weights += wx * wy;
    }
  }
  return sum / weights;
}

/** Exact luma and blue chroma of RGB values in 0..255, unrounded, as codes. */
export function codesOf(
  matrix: YcbcrMatrix,
  fullRange: boolean,
  rgb: readonly [number, number, number],
): { y: number; cb: number } {
  const { kr, kg, kb } = MATRIX_COEFFICIENTS[matrix];
  const value = ({ numerator, denominator }: { numerator: number; denominator: number }) =>
    numerator / denominator;
  const luma = (value(kr) * rgb[0] + value(kg) * rgb[1] + value(kb) * rgb[2]) / 255;
  const cb = (rgb[2] / 255 - luma) / (2 * (1 - value(kb)));
  return fullRange ? { y: 255 * luma, cb: 128 + 255 * cb } : { y: 16 + 219 * luma, cb: 128 + 224 * cb };
}
