import {
  BT709,
  type FrameFormat,
  type FrameLayout,
  PIXEL_FORMATS,
  type PixelFormat,
  planeRowBytes,
  planeRows,
  type RawFrame,
  SRGB,
} from '@framerail/media-types';
import type { FrameContent, FrameRecipe } from './plan-recipe.js';
import type { Generator } from './random-numbers.js';

/** The format of one side of a plan. */
export function recipeFormat(
  random: Generator,
  recipe: FrameRecipe,
  { width, height }: { readonly width: number; readonly height: number },
): FrameFormat {
  const { format, matrix, fullRange, chromaLocation, gaps } = recipe;
  const color =
    PIXEL_FORMATS[format].model === 'rgb' ? SRGB : { ...BT709, matrix, fullRange, chromaLocation };
  return { layout: recipeLayout(random, { format, width, height }, gaps === 'none'), color };
}

/** Planes in order, with gaps before them and at the ends of their rows, or none. */
function recipeLayout(
  random: Generator,
  { format, width, height }: Pick<FrameLayout, 'format' | 'width' | 'height'>,
  isTight: boolean,
): FrameLayout {
  const gap = (): number => (isTight ? 0 : random.pick([0, 1, 3, 4, random.below(70)]));
  let byteLength = 0;
  const planes = PIXEL_FORMATS[format].planes.map((_, index) => {
    const offset = byteLength + gap();
    const rowBytes = planeRowBytes(format, index, width);
    const stride = rowBytes + gap();
    byteLength = offset + stride * (planeRows(format, index, height) - 1) + rowBytes;
    return { offset, stride };
  });
  return { format, width, height, planes, byteLength: byteLength + gap() };
}

/** A frame of a format that nobody owns; its memory begins anywhere in its buffer. */
export function recipeFrame(
  random: Generator,
  format: FrameFormat,
  content: FrameContent,
  timestampUs: number,
): RawFrame {
  const { byteLength } = format.layout;
  const start = random.below(4);
  const data = new Uint8Array(byteLength + start).subarray(start);
  fill(random, data, format.layout.format, content);
  return { ...format, data, timestampUs, durationUs: 20_000, [Symbol.dispose]: () => {} };
}

/** Codes at which clamping and rounding go wrong. */
const EXTREME_BYTES = [0, 255, 16, 235, 240, 128, 1] as const;
/** Words of P010 or I420P10, with bits that aren't the code's. */
const EXTREME_WORDS = [0, 1023, 64, 940, 960, 512, 0xffff, 0xffc0, 0x1000, 0xeb00, 0xf000, 0x8000] as const;
/** 0, 1, just below and above them, -1, the largest, the smallest, both infinities and NaN. */
const EXTREME_HALFS = [
  0, 0x3c00, 0x3bff, 0x3c01, 0x8001, 0xbc00, 0x7bff, 0xfbff, 0x0001, 0x03ff, 0x7c00, 0xfc00, 0x7e00, 0xfe01,
] as const;

function fill(random: Generator, data: Uint8Array, format: PixelFormat, content: FrameContent): void {
  const { bitDepth } = PIXEL_FORMATS[format];
  if (content === 'random') {
    random.fill(data);
  } else if (bitDepth === 8) {
    const byte = random.below(256);
    for (let at = 0; at < data.length; at += 1)
      data[at] = content === 'grey' ? byte : random.pick(EXTREME_BYTES);
  } else {
    const words = bitDepth === 10 ? EXTREME_WORDS : EXTREME_HALFS;
    const word = random.below(0x3c01);
    // Words may begin at odd bytes: in a layout with odd gaps this is random again, which does no harm.
    for (let at = 0; at + 1 < data.length; at += 2) {
      const value = content === 'grey' ? word : random.pick<number>(words);
      data[at] = value & 255;
      data[at + 1] = value >> 8;
    }
  }
}
