import type { ColorSpace } from '@framerail/media-types';

/** Rows of `shared/vectors/color-bars.json`. */
export interface Bars {
  readonly matrix: Exclude<ColorSpace['matrix'], 'rgb'>;
  readonly bits: number;
  readonly fullRange: boolean;
  /** The RGB amplitude; only '1' is a code of 8 bits. */
  readonly level: string;
  readonly colors: Record<string, [y: number, cb: number, cr: number]>;
}

/** The colours by name, as shares of the level. */
export const RGB: Record<string, readonly [number, number, number]> = {
  white: [1, 1, 1],
  yellow: [1, 1, 0],
  cyan: [0, 1, 1],
  green: [0, 1, 0],
  magenta: [1, 0, 1],
  red: [1, 0, 0],
  blue: [0, 0, 1],
  black: [0, 0, 0],
};
