/**
 * The pixel formats Framerail moves, under WebCodecs' names where WebCodecs has one.
 *
 * - `RGBA`, `BGRA`: 8 bits a channel, packed, straight alpha.
 * - `RGBA16F`: IEEE half floats, packed, straight alpha.
 * - `NV12`: 8-bit Y plane, then one plane of interleaved Cb, Cr at half size both ways.
 * - `I420`, `I422`, `I444`: 8-bit planar Y, Cb, Cr with 4:2:0, 4:2:2 and 4:4:4 chroma.
 * - `P010`: 10 bits in the high bits of little-endian 16-bit words, planes as in NV12.
 * - `I420P10`: 10 bits in the low bits of little-endian 16-bit words, planes as in I420.
 * - `YUY2`, `UYVY`: 8-bit packed 4:2:2 in the byte orders Y0 U Y1 V and U Y0 V Y1.
 */
export type PixelFormat =
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

/** How one plane of a pixel format is laid out, as data that every loader and storer reads. */
export interface PlaneDescription {
  /** What the plane holds, for messages and shaders. */
  readonly components: readonly ('R' | 'G' | 'B' | 'A' | 'Y' | 'U' | 'V')[];
  /** Bytes that one horizontal step in the plane takes (a CbCr pair is one step of 2 bytes in NV12). */
  readonly bytesPerStep: number;
  /** Luma columns that one horizontal step covers: 1 or 2. */
  readonly horizontalStep: 1 | 2;
  /** Luma rows that one row of the plane covers: 1 or 2. */
  readonly verticalStep: 1 | 2;
}

/** What a pixel format is. Sizes are per plane; see {@link PIXEL_FORMATS}. */
export interface PixelFormatDescription {
  /** Its name under WebCodecs. */
  readonly format: PixelFormat;
  /** The name FFmpeg gives it (`-pix_fmt`), or `undefined` where FFmpeg has none. */
  readonly ffmpegName: string | undefined;
  /** `'rgb'` formats carry R, G, B, A; `'ycbcr'` formats need a matrix and a range to be read. */
  readonly model: 'rgb' | 'ycbcr';
  /** Significant bits of a component: 8, 10 or 16 (a half float). */
  readonly bitDepth: 8 | 10 | 16;
  /** Its planes, in the order in which they lie in memory. */
  readonly planes: readonly PlaneDescription[];
}

const plane = (
  components: PlaneDescription['components'],
  bytesPerStep: number,
  horizontalStep: 1 | 2 = 1,
  verticalStep: 1 | 2 = 1,
): PlaneDescription => ({ components, bytesPerStep, horizontalStep, verticalStep });

const describe = (
  format: PixelFormat,
  ffmpegName: string | undefined,
  model: 'rgb' | 'ycbcr',
  bitDepth: 8 | 10 | 16,
  planes: readonly PlaneDescription[],
): PixelFormatDescription => ({ format, ffmpegName, model, bitDepth, planes });

/** Every pixel format by name. */
export const PIXEL_FORMATS: Readonly<Record<PixelFormat, PixelFormatDescription>> = {
  RGBA: describe('RGBA', 'rgba', 'rgb', 8, [plane(['R', 'G', 'B', 'A'], 4)]),
  BGRA: describe('BGRA', 'bgra', 'rgb', 8, [plane(['B', 'G', 'R', 'A'], 4)]),
  RGBA16F: describe('RGBA16F', 'rgbaf16le', 'rgb', 16, [plane(['R', 'G', 'B', 'A'], 8)]),
  NV12: describe('NV12', 'nv12', 'ycbcr', 8, [plane(['Y'], 1), plane(['U', 'V'], 2, 2, 2)]),
  I420: describe('I420', 'yuv420p', 'ycbcr', 8, [
    plane(['Y'], 1),
    plane(['U'], 1, 2, 2),
    plane(['V'], 1, 2, 2),
  ]),
  I422: describe('I422', 'yuv422p', 'ycbcr', 8, [plane(['Y'], 1), plane(['U'], 1, 2), plane(['V'], 1, 2)]),
  I444: describe('I444', 'yuv444p', 'ycbcr', 8, [plane(['Y'], 1), plane(['U'], 1), plane(['V'], 1)]),
  P010: describe('P010', 'p010le', 'ycbcr', 10, [plane(['Y'], 2), plane(['U', 'V'], 4, 2, 2)]),
  I420P10: describe('I420P10', 'yuv420p10le', 'ycbcr', 10, [
    plane(['Y'], 2),
    plane(['U'], 2, 2, 2),
    plane(['V'], 2, 2, 2),
  ]),
  YUY2: describe('YUY2', 'yuyv422', 'ycbcr', 8, [plane(['Y', 'U', 'Y', 'V'], 4, 2)]),
  UYVY: describe('UYVY', 'uyvy422', 'ycbcr', 8, [plane(['U', 'Y', 'V', 'Y'], 4, 2)]),
};

/**
 * Tells whether a string names a pixel format.
 *
 * @param value - any value, such as a command's argument
 */
export function isPixelFormat(value: unknown): value is PixelFormat {
  return typeof value === 'string' && Object.hasOwn(PIXEL_FORMATS, value);
}

/**
 * The pixel format that FFmpeg calls `name`.
 *
 * @param name - a `-pix_fmt` name, such as `nv12`
 * @returns the format, or `undefined` where Framerail has none for it
 */
export function pixelFormatFromFfmpeg(name: string): PixelFormat | undefined {
  return Object.values(PIXEL_FORMATS).find((description) => description.ffmpegName === name)?.format;
}
