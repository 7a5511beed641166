/** Bits of a channel between the steps of a plan: 8 (1.0 is 255) or 16 (1.0 is 65,535), unsigned integers. */
export type WorkDepth = 8 | 16;

/**
 * Weights of source samples for every position of a resampled axis: position `i` is the sum over `k` of
 * `weights[i * count + k] / 16384` times source sample `start[i] + k`. Every source sample named is inside the
 * source; edges are folded into the weights. The weights of a position add up to 16,384 exactly, their magnitudes
 * to 26,000 at most.
 */
export interface Taps {
  /** First source sample of each position. */
  readonly start: Uint32Array;
  /** Source samples of each position, 1 or more; the same for all. */
  readonly count: number;
  /** With 14 fraction bits, `count` for each position. */
  readonly weights: Int16Array;
}

/** Bilinear scaling of 8-bit pixels; the definition of its weights is in `axis-taps.ts`. Rounded once over both axes. */
export interface PreparedScale {
  /** Tells the operations apart. */
  readonly type: 'scale';
  /** Columns after the operation, 1 to 65,535. */
  readonly width: number;
  /** Rows after the operation, 1 to 65,535. */
  readonly height: number;
}

/**
 * Separable resampling of all four channels. At 8 bits `h = (Σ wx·p + 128) >> 8` (or `p << 6`), then
 * `out = clamp((Σ wy·h + 2^19) >> 20)` (or `(h + 32) >> 6`). At 16 bits
 * `h = clamp((Σ wx·p + 8192) >> 14, -16384, 81919)` (or `p`), then `out = clamp((Σ wy·h + 8192) >> 14)` (or `clamp(h)`).
 */
export interface PreparedResample {
  /** Tells the operations apart. */
  readonly type: 'resample';
  /** Columns after the operation, 1 to 65,535. */
  readonly width: number;
  /** Rows after the operation, 1 to 65,535. */
  readonly height: number;
  /** Along rows; not set: columns stay as they are. */
  readonly horizontal: Taps | undefined;
  /** Along columns; not set: rows stay as they are. */
  readonly vertical: Taps | undefined;
}

/**
 * Pixels in another place, unchanged: crop, pad, flip, quarter turns. Output pixel (x, y) is at
 * `(u, v) = (x - this.x, y - this.y)` of the turned picture, `(a, b) = transpose ? (v, u) : (u, v)`, and comes from
 * source pixel `(flipX ? sw - 1 - a : a, flipY ? sh - 1 - b : b)`; where that lies outside the source, it is `fill`.
 */
export interface PreparedPlace {
  /** Tells the operations apart. */
  readonly type: 'place';
  /** Columns after the operation, 1 to 65,535. */
  readonly width: number;
  /** Rows after the operation, 1 to 65,535. */
  readonly height: number;
  /** Column of the output at which the turned picture begins; an integer within ±131,070. */
  readonly x: number;
  /** Row of the output at which the turned picture begins; an integer within ±131,070. */
  readonly y: number;
  /** Rows become columns. */
  readonly transpose: boolean;
  /** Mirrors the source's columns. */
  readonly flipX: boolean;
  /** Mirrors the source's rows. */
  readonly flipY: boolean;
  /** R, G, B, A at the step's depth. */
  readonly fill: readonly [number, number, number, number];
}

/**
 * An affine map of R, G and B in integers: `out = clamp((m · (R, G, B) + off + 2048) >> 12)`, `off` times 257 at
 * 16 bits. Alpha stays as it is.
 */
export interface PreparedColorMatrix {
  /** Tells the operations apart. */
  readonly type: 'colorMatrix';
  /** Twelve integers with 12 fraction bits, row by row: `[m_rR, m_rG, m_rB, off_r, m_gR, …]`; |m| ≤ 32,767, |off| ≤ 2^22. */
  readonly coefficients: Int32Array;
}

/** A table for each of R, G and B. The only step that may change the depth; alpha goes along (`a · 257`, `(a + 128) / 257` cut down). */
export interface PreparedCurves {
  /** Tells the operations apart. */
  readonly type: 'curves';
  /** Depth of what comes in. */
  readonly from: WorkDepth;
  /** Depth of what goes out. */
  readonly to: WorkDepth;
  /** Of R, G and B, `2^from` entries each, 0 to `2^to - 1`; may be one and the same array. */
  readonly tables: readonly [Uint16Array, Uint16Array, Uint16Array];
}

/**
 * A colour cube, interpolated in tetrahedra. With `M` the depth's 1.0 (255 or 65,535), `p = v · (size - 1)`,
 * `i = p / M` cut down and `f = p % M` for each of R, G, B. Starting at corner (i_r, i_g, i_b), one steps along the
 * axes in falling order of f (R before G before B where equal); the corner before any step has weight `M - f_1`, the
 * next ones `f_1 - f_2`, `f_2 - f_3`, `f_3`; `out = (Σ weight · entry + 32767) / 65535` cut down. Alpha stays.
 * Where `f` is 0 the step's corner has no weight and isn't read.
 */
export interface PreparedLut3d {
  /** Tells the operations apart. */
  readonly type: 'lut3d';
  /** Entries along each side, 2 to 129. */
  readonly size: number;
  /** 16-bit R, G, B of every node, red changing fastest: `3 * size^3` numbers. */
  readonly entries: Uint16Array;
}

/** An RGBA picture of 8 bits, rows tightly packed: `width * height * 4` bytes. At 16 bits its bytes count 257 times. */
export interface PreparedPicture {
  /** Must not change while a plan that has it is in use. */
  readonly data: Uint8Array;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  /** Plans with one array and one version have the same pixels. Not set: nothing is known of them. */
  readonly version?: number | undefined;
}

/** How an overlay's colours can meet those below: the integer formulas are in `blend-modes.ts`. */
export const BLEND_MODES = [
  'normal',
  'multiply',
  'screen',
  'overlay',
  'darken',
  'lighten',
  'add',
  'difference',
  'exclusion',
  'hardLight',
  'softLight',
  'colorDodge',
  'colorBurn',
] as const;

/** One of {@link BLEND_MODES}. */
export type BlendMode = (typeof BLEND_MODES)[number];

/** A picture laid over the frame; what lies outside the frame is cut off. */
export interface PreparedOverlay {
  /** Tells the operations apart. */
  readonly type: 'overlay';
  /** With straight alpha, or premultiplied. */
  readonly image: PreparedPicture;
  /** Column of the frame at which the picture's left edge lies; may be negative or beyond the frame. */
  readonly x: number;
  /** Row of the frame at which the picture's top edge lies; may be negative or beyond the frame. */
  readonly y: number;
  /** 0 (invisible) to 255 (as opaque as the picture's own alpha), an integer. */
  readonly opacity: number;
  /** Whether the picture's colours are multiplied by its alpha already; only with `normal`. Default no. */
  readonly premultiplied?: boolean;
  /** Default `normal`. */
  readonly mode?: BlendMode;
}

/** Another picture of the frame's size mixed in: `out = (d · (256 - w) + p · w + 128) >> 8` on all four channels. */
export interface PreparedMix {
  /** Tells the operations apart. */
  readonly type: 'mix';
  /** Of the size that the frame has at this step. */
  readonly image: PreparedPicture;
  /** Whether weights go with columns or with rows. */
  readonly along: 'x' | 'y';
  /** The picture's weight in 256ths, 0 to 256, for every column or row. */
  readonly weights: Uint16Array;
}

/** An operation as backends get it: checked, in integers, with everything that could differ between them decided. */
export type PreparedOperation =
  | PreparedScale
  | PreparedResample
  | PreparedPlace
  | PreparedColorMatrix
  | PreparedCurves
  | PreparedLut3d
  | PreparedOverlay
  | PreparedMix;
