import type { Taps, WorkDepth } from '../operations/prepared-operation.js';

/** An axis of a plane whose samples stay as they are: target sample `i` is source sample `start + i`. */
export interface CopiedAxis {
  /** First source sample, 0 or more; all that are named are inside the source. */
  readonly start: number;
}

/**
 * How one component of a Y′CbCr target is made from the same component of the source. With `f` = 6 at 8 bits and 4
 * at 10: `h = (Σ wx·p + 2^(13-f)) >> (14 - f)` (copied: `p << f`), then with `b` bits
 * `v = clamp((Σ wy·h + 2^(27-b)) >> (28 - b), 0, 2^b - 1)` (copied: `(h + 2^(13-b)) >> (14 - b)`). Without `codes`,
 * `b` is the source's 8 or 10 bits and `v` is the result; with `codes` it is 12, so that rounding twice costs nothing
 * that could be seen in 10 bits. When both axes are copied, `v = p`.
 */
export interface PlaneMap {
  /** Along rows. */
  readonly horizontal: CopiedAxis | Taps;
  /** Along columns. */
  readonly vertical: CopiedAxis | Taps;
  /**
   * Target code for every `v`: 256 or 1024 entries when both axes are copied, else 4096; not set: codes stay. When
   * {@link PlanesWork.dithered}, target codes in 64ths: the result is `min((codes[v] + B(x, y)) >> 6, largest)`, with
   * B of `dither.ts` at the sample's own column and row in its plane.
   */
  readonly codes: Uint16Array | undefined;
}

/** Y′CbCr to Y′CbCr of one matrix: components are resampled and recoded, never mixed. */
export interface PlanesWork {
  /** Tells the kinds apart. */
  readonly kind: 'planes';
  /** Of Y, Cb and Cr. */
  readonly components: readonly [PlaneMap, PlaneMap, PlaneMap];
  /** Whether depth goes down with ordered dither. */
  readonly dithered: boolean;
}

/**
 * Three affine rows in 32-bit integers: `clamp((x·X + y·Y + z·Z + k + half) >> shift, 0, largest)`, where half is
 * `2^(shift-1)`, or with dither `(2B + 1) << (shift - 7)`. Sums fit 32 signed bits after wrapping.
 *
 * For pixels of 16 bits that are stored ({@link PixelsWork.store} at `storeDepth` 16) factors have 8 fraction bits
 * more. With `p = 256·h + l`, the products are `x·hX + y·hY + z·hZ + ((x·lX + y·lY + z·lZ) >> 8)`, all in 32 bits too.
 *
 * For what is loaded at 16 bits factors and k have 16 fraction bits more, apart: with {@link FixedForm.fractions}
 * `[u, v, w, f]` of a row, `low = u·X + v·Y + w·Z + f`, which fits 32 unsigned bits, and `low >> 16` is added to the sum.
 *
 * For half floats ({@link PixelsWork.loadsHalfs}) `2^shift` is white: `v = clamp(x·X + y·Y + z·Z + k + (low >> 16), 0, 2^shift)`,
 * and what is left, `low & 65535`, only tells whether v lies above a tie: v's lowest bit is set where it isn't 0. The
 * result is the half float nearest to `v / 2^shift`, ties to even (`fixedToHalf` of `exact/half-float.ts`).
 */
export interface FixedForm {
  /** 7 to 30. */
  readonly shift: number;
  /** Row by row, `[x, y, z, k]` for R, G, B of (Y, 16·Cb, 16·Cr) or for Y, Cb, Cr of (R, G, B). */
  readonly coefficients: Int32Array;
  /** In the same order, for what is loaded at 16 bits: 65,536ths to be added to the coefficients; else not set. */
  readonly fractions: Uint16Array | undefined;
}

/** Everything that goes by way of RGBA. */
export interface PixelsWork {
  /** Tells the kinds apart. */
  readonly kind: 'pixels';
  /** Depth of the pixels that the loader gives. RGBA and BGRA count 257 times at 16 bits; RGBA16F is always 16. */
  readonly loadDepth: WorkDepth;
  /**
   * For Y′CbCr sources: the form of (Y, 16·Cb, 16·Cr) in source codes, chroma interpolated in sixteenths and not
   * rounded. Not set for Y′CbCr: 8-bit codes to 8-bit pixels, by the exact rational forms of `exact/`.
   */
  readonly load: FixedForm | undefined;
  /**
   * Whether `load` gives half floats at once, which the storer writes as they are: Y′CbCr to RGBA16F without steps. Pixels of
   * 16 bits would be rounded twice, and have few steps for what is dark. Alpha is 1.0.
   */
  readonly loadsHalfs: boolean;
  /** Depth of the pixels that the storer gets: `loadDepth`, or what the last `curves` gives. */
  readonly storeDepth: WorkDepth;
  /**
   * For Y′CbCr targets: the form of (R, G, B), for chroma of their weighted mean over the covered pixels. At 8 bits
   * (`chromaWeight` the sum of the weights) chroma's rows are for the weighted SUM; at 16 bits the mean is rounded
   * half up to 16 bits first. Not set for Y′CbCr: 8-bit pixels to 8-bit codes, by the exact forms of `exact/`.
   */
  readonly store: FixedForm | undefined;
  /** Whether the storer rounds with ordered dither; only where `storeDepth` is 16. */
  readonly dithered: boolean;
}

/** What a plan comes down to; the steps of {@link PixelsWork} are the plan's `operations`. */
export type Work = PlanesWork | PixelsWork;
