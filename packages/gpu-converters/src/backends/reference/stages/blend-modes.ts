import type { BlendMode } from '../../../operations/prepared-operation.js';

/** Blends a channel of the picture `s` into one of the frame `d`; all integers from 0 to 1.0's. */
export type Blend = (d: number, s: number) => number;

/**
 * The separable blend modes of W3C's Compositing and Blending Level 1, section 9, in integers; `softLight` is
 * Pegtop's, which has no square root.
 *
 * @param largest - what 1.0 is
 */
export function blendOf(mode: BlendMode, largest: 255 | 65_535): Blend {
  const mul = (x: number, y: number): number => share(x * y, largest);
  const screen: Blend = (d, s) => d + s - mul(d, s);
  const hardLight: Blend = (d, s) => (2 * s <= largest ? mul(d, 2 * s) : screen(d, 2 * s - largest));
  const modes: Readonly<Record<BlendMode, Blend>> = {
    normal: (_, s) => s,
    multiply: mul,
    screen,
    overlay: (d, s) => hardLight(s, d),
    darken: Math.min,
    lighten: Math.max,
    add: (d, s) => Math.min(largest, d + s),
    difference: (d, s) => Math.abs(d - s),
    exclusion: (d, s) => Math.max(0, d + s - 2 * mul(d, s)),
    hardLight,
    softLight: (d, s) => Math.min(largest, mul(largest - d, mul(d, s)) + mul(d, screen(d, s))),
    colorDodge: (d, s) => {
      if (d === 0) return 0;
      return s === largest ? largest : Math.min(largest, Math.floor((d * largest) / (largest - s)));
    },
    colorBurn: (d, s) => {
      if (d === largest) return largest;
      return s === 0 ? 0 : largest - Math.min(largest, Math.floor(((largest - d) * largest) / s));
    },
  };
  return modes[mode];
}

/** `round(value / largest)`; there are no ties, because `largest` is odd. */
export function share(value: number, largest: 255 | 65_535): number {
  return Math.floor((value + (largest - 1) / 2) / largest);
}
