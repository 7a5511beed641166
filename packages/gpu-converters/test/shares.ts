// Frames as shares of white, for operations in doubles and pixel by pixel beside what their steps do to a frame.
import { type ColorSpace, type FrameFormat, frameLayout, SRGB } from '@framerail/media-types';
import fc from 'fast-check';
import { HALF_TO_UNIT16, numberToHalf } from '../src/exact/half-float.js';
import { type Operation, planConversion } from '../src/index.js';
import { carryOut } from './convert-with.js';
import { halfValue } from './formula-frames.js';

export type Pixel = readonly number[];

/** R, G, B, A of every pixel, as shares of white. */
export interface Shares {
  readonly width: number;
  readonly height: number;
  readonly pixels: readonly Pixel[];
}

export const cut = (value: number): number => Math.min(Math.max(value, 0), 1);
export const at = ({ width, height, pixels }: Shares, x: number, y: number): Pixel =>
  pixels[Math.min(Math.max(y, 0), height - 1) * width + Math.min(Math.max(x, 0), width - 1)] as Pixel;
export const make = (width: number, height: number, pixel: (x: number, y: number) => Pixel): Shares => ({
  width,
  height,
  pixels: Array.from({ length: width * height }, (_, index) =>
    pixel(index % width, Math.floor(index / width)),
  ),
});
export const recolor = (frame: Shares, change: (rgb: Pixel, x: number, y: number) => Pixel): Shares =>
  make(frame.width, frame.height, (x, y) => {
    const pixel = at(frame, x, y);
    return [...change(pixel.slice(0, 3), x, y).slice(0, 3).map(cut), pixel[3] as number];
  });

export const SIZE = { width: 9, height: 7 };

/** A frame of RGBA at 8 bits, or of half floats, with any transfer. */
export function formatOf(
  format: 'RGBA' | 'RGBA16F',
  size: { width: number; height: number },
  transfer: ColorSpace['transfer'],
): FrameFormat {
  return {
    layout: frameLayout({ format, width: size.width, height: size.height }),
    color: { ...SRGB, transfer },
  };
}

/** Carries operations out and gives what they should give beside what they give. */
export function run(
  format: 'RGBA' | 'RGBA16F',
  seed: number,
  operations: readonly Operation[],
  meant: (frame: Shares) => Shares,
  transfer: ColorSpace['transfer'] = 'bt709',
) {
  const source = formatOf(format, SIZE, transfer);
  const isHalf = format === 'RGBA16F';
  const data = new Uint8Array(source.layout.byteLength);
  const words = new Uint16Array(data.buffer);
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  if (isHalf) for (let index = 0; index < words.length; index += 1) words[index] = numberToHalf(next());
  else for (let index = 0; index < data.length; index += 1) data[index] = Math.floor(next() * 256);
  const values = isHalf
    ? Array.from(words, (half) => (HALF_TO_UNIT16[half] as number) / 65_535)
    : Array.from(data, (byte) => byte / 255);
  const frame = make(SIZE.width, SIZE.height, (x, y) => {
    const first = 4 * (y * SIZE.width + x);
    return values.slice(first, first + 4);
  });
  const expected = meant(frame);
  const plan = planConversion(source, formatOf(format, expected, transfer), { operations });
  const made = carryOut(plan, data);
  const madeWords = new Uint16Array(made.buffer);
  const shares = isHalf ? Array.from(madeWords, halfValue) : Array.from(made, (byte) => byte / 255);
  let worst = 0;
  for (const [index, pixel] of expected.pixels.entries())
    for (const [channel, value] of pixel.entries())
      worst = Math.max(worst, Math.abs((shares[4 * index + channel] as number) - cut(value)));
  return { plan, codes: worst * 255 };
}

export const format = fc.constantFrom('RGBA' as const, 'RGBA16F' as const);
export const share = fc.oneof(fc.constantFrom(0, 1, 0.5), fc.double({ min: 0, max: 1, noNaN: true }));
export const seeds = fc.nat();
/** Half a code, and half a step of a half float below 1. */
export const rounding = (of: 'RGBA' | 'RGBA16F'): number => (of === 'RGBA' ? 0.5 + 1e-9 : 0.07);

/** BT.709's camera curve, from codes to light. */
export const toLight = (code: number): number =>
  code < 0.081 ? code / 4.5 : ((code + 0.099) / 1.099) ** (1 / 0.45);
/** And back. */
export const toCode = (light: number): number =>
  light < 0.018 ? 4.5 * light : 1.099 * light ** 0.45 - 0.099;
