/**
 * Formats that the kernels read and write, as `PixelFormat` of `@framerail/media-types` names them. Planes in the
 * format's order: one for RGB, YUY2 and UYVY, Y and CbCr for NV12 and P010, Y, Cb and Cr for the others.
 */
export type NativeFormat =
  | 'RGBA'
  | 'BGRA'
  | 'RGBA16F'
  | 'NV12'
  | 'I420'
  | 'I422'
  | 'I444'
  | 'P010'
  | 'I420P10'
  | 'YUY2'
  | 'UYVY';

/** A set of processor instructions that the kernels are written for; all give the same bytes. */
export type NativeInstructionSet = 'scalar' | 'avx2' | 'avx512' | 'neon';

/** Where a plane lies in its image's `data`. */
export interface NativePlane {
  /** Byte of the plane's first sample, counted from the start of `data`. */
  readonly offset: number;
  /** Bytes from one row to the next; at least the bytes of a row. */
  readonly stride: number;
}

/** Pixels in memory. Chroma at half size has `ceil(width / 2)` columns, `ceil(height / 2)` rows. */
export interface NativeImage {
  /** The memory that holds all planes. Its ArrayBuffer must not be resizable. */
  readonly data: Uint8Array;
  /** How the samples are laid out. */
  readonly format: NativeFormat;
  /** Width in pixels, 1 to 65535. */
  readonly width: number;
  /** Height in pixels, 1 to 65535. */
  readonly height: number;
  /** As many as the format has, in its order, all inside `data`; those of a target share no byte. */
  readonly planes: readonly NativePlane[];
}

/** How Y′CbCr relates to RGB, in WebCodecs' words; ignored where both sides are RGB. */
export interface NativeColor {
  /** Coefficients of the matrix; `smpte170m` is BT.601's. */
  readonly matrix: 'smpte170m' | 'bt709' | 'bt2020-ncl';
  /** Whether luma spans 0 to 255 rather than 16 to 235. */
  readonly fullRange: boolean;
  /** Where a chroma sample lies among the luma samples that it covers. */
  readonly chromaLocation: 'left' | 'center' | 'topleft';
}
