// What is measured: conversions that editors do all day, at three sizes.
import type { Operation } from '@framerail/gpu-converters';
import { BT709, type FrameFormat, frameLayout, type PixelFormat, SRGB } from '@framerail/media-types';

/** A size by the name that people know it under. */
export interface NamedSize {
  readonly name: string;
  readonly width: number;
  readonly height: number;
}

export const SIZES: readonly NamedSize[] = [
  { name: '1080p', width: 1920, height: 1080 },
  { name: '4k', width: 3840, height: 2160 },
  { name: '8k', width: 7680, height: 4320 },
];

/** One conversion at one size. */
export interface MeasuredConversion {
  /** Such as `rgba-to-nv12`. */
  readonly name: string;
  readonly source: FrameFormat;
  readonly target: FrameFormat;
  readonly operations: readonly Operation[];
}

interface Recipe {
  readonly from: PixelFormat;
  readonly to: PixelFormat;
  readonly operations?: (size: NamedSize) => readonly Operation[];
  /** The target's sides over the source's. */
  readonly scale?: number;
}

const LOGO_SIDE = 256;
const LOGO = {
  data: Uint8Array.from({ length: LOGO_SIDE * LOGO_SIDE * 4 }, (_, index) => (index * 7) & 255),
  width: LOGO_SIDE,
  height: LOGO_SIDE,
};

const RECIPES: Readonly<Record<string, Recipe>> = {
  'rgba-to-nv12': { from: 'RGBA', to: 'NV12' },
  'nv12-to-rgba': { from: 'NV12', to: 'RGBA' },
  'rgba-to-i420': { from: 'RGBA', to: 'I420' },
  'rgba-to-p010': { from: 'RGBA', to: 'P010' },
  'p010-to-nv12': { from: 'P010', to: 'NV12' },
  'yuy2-to-nv12': { from: 'YUY2', to: 'NV12' },
  'nv12-scale-to-half': {
    from: 'NV12',
    to: 'NV12',
    scale: 0.5,
    operations: ({ width, height }) => [{ type: 'scale', width: width / 2, height: height / 2 }],
  },
  'nv12-edited': {
    from: 'NV12',
    to: 'NV12',
    operations: () => [
      { type: 'color', saturation: 1.2, contrast: 1.1, brightness: 0.02 },
      { type: 'overlay', image: LOGO, x: 64, y: 64, opacity: 0.8 },
      { type: 'fade', amount: 0.25 },
    ],
  },
};

/** All conversions, or those of a quick run. */
export function conversionsAt(size: NamedSize, quick: boolean): MeasuredConversion[] {
  const quickly = ['rgba-to-nv12', 'nv12-to-rgba', 'p010-to-nv12'];
  return Object.entries(RECIPES)
    .filter(([name]) => !quick || quickly.includes(name))
    .map(([name, { from, to, operations, scale = 1 }]) => ({
      name,
      source: formatOf(from, size.width, size.height),
      target: formatOf(to, size.width * scale, size.height * scale),
      operations: operations?.(size) ?? [],
    }));
}

function formatOf(format: PixelFormat, width: number, height: number): FrameFormat {
  return { layout: frameLayout({ format, width, height }), color: format === 'RGBA' ? SRGB : BT709 };
}
