/** Bilinear scaling to a size in pixels; the definition of its weights is in `axis-taps.ts`. */
export interface PreparedScale {
  /** Tells the operations apart. */
  readonly type: 'scale';
  /** Columns after the operation, 1 to 65,535. */
  readonly width: number;
  /** Rows after the operation, 1 to 65,535. */
  readonly height: number;
}

/**
 * An affine map of R, G and B in integers: `out = clamp((m · (R, G, B) + off + 2048) >> 12, 0, 255)`.
 * Alpha stays as it is.
 */
export interface PreparedColorMatrix {
  /** Tells the operations apart. */
  readonly type: 'colorMatrix';
  /** Twelve integers with 12 fraction bits, row by row: `[m_rR, m_rG, m_rB, off_r, m_gR, …]`; |m| ≤ 32,767, |off| ≤ 2^22. */
  readonly coefficients: Int32Array;
}

/** A picture laid over the frame with straight alpha; what lies outside the frame is cut off. */
export interface PreparedOverlay {
  /** Tells the operations apart. */
  readonly type: 'overlay';
  /** RGBA with straight alpha, rows tightly packed: `width * height * 4` bytes. Must not change while the backend lives. */
  readonly image: { readonly data: Uint8Array; readonly width: number; readonly height: number };
  /** Column of the frame at which the picture's left edge lies; may be negative or beyond the frame. */
  readonly x: number;
  /** Row of the frame at which the picture's top edge lies; may be negative or beyond the frame. */
  readonly y: number;
  /** 0 (invisible) to 255 (as opaque as the picture's own alpha), an integer. */
  readonly opacity: number;
}

/** An operation as backends get it: checked, in integers, with everything that could differ between them decided. */
export type PreparedOperation = PreparedScale | PreparedColorMatrix | PreparedOverlay;
