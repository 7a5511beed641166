/** Bilinear scaling with pixel centres aligned. Shrinking by more than 2 skips pixels: bilinear looks at two an axis. */
export interface ScaleOperation {
  /** Tells the operations apart. */
  readonly type: 'scale';
  /** Columns after it, 1 to 65,535. */
  readonly width: number;
  /** Rows after it, 1 to 65,535. */
  readonly height: number;
}

/** Saturation, then contrast, then brightness, on R'G'B' codes. */
export interface ColorOperation {
  /** Tells the operations apart. */
  readonly type: 'color';
  /** Added, as a share of white: -1 (black) to 1 (white); default 0. */
  readonly brightness?: number;
  /** Stretches about middle grey: 0 (grey) to 4; default 1. */
  readonly contrast?: number;
  /** 0 (no colour, by the luma of the video's own matrix) to 4; default 1. */
  readonly saturation?: number;
}

/** A picture laid over the frame; what lies outside the frame is cut off. */
export interface OverlayOperation {
  /** Tells the operations apart. */
  readonly type: 'overlay';
  /** RGBA with straight alpha, tightly packed: exactly `width * height * 4` bytes. Not copied: don't change it while it is in use. */
  readonly image: { readonly data: Uint8Array; readonly width: number; readonly height: number };
  /** Column of the frame where the picture's left edge goes; an integer, negative to cut off its left part. */
  readonly x: number;
  /** Row of the frame where the picture's top edge goes; an integer. */
  readonly y: number;
  /** Multiplies the picture's alpha: 0 to 1, taken in 255ths; default 1. */
  readonly opacity?: number;
}

/** What can be done to a frame between its formats. Done in the order given, each on 8-bit RGBA, rounded after each. */
export type Operation = ScaleOperation | ColorOperation | OverlayOperation;
