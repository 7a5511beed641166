import { PIXEL_FORMATS, type PixelFormat } from './pixel-format.js';

/** Where a plane lies in a frame's memory. */
export interface PlaneLayout {
  /** Bytes from the start of the frame's memory to the plane's first byte. */
  readonly offset: number;
  /** Bytes from the start of one row to the start of the next; at least the row's own bytes. */
  readonly stride: number;
}

/** The geometry of a frame in memory. Plain data: it can be posted to a worker or written to JSON. */
export interface FrameLayout {
  /** What the planes hold. */
  readonly format: PixelFormat;
  /** Luma columns, 1 to {@link MAX_FRAME_SIDE}. */
  readonly width: number;
  /** Luma rows, 1 to {@link MAX_FRAME_SIDE}. */
  readonly height: number;
  /** One entry a plane, in the format's order. */
  readonly planes: readonly PlaneLayout[];
  /** Bytes from the start of the memory to the end of the last plane's last row. */
  readonly byteLength: number;
}

/** The longest side of a frame, in pixels: what 16 bits hold, as in most codecs' headers. */
export const MAX_FRAME_SIDE = 65_535;

/** Options of {@link frameLayout}. */
export interface FrameLayoutOptions {
  /** What the planes hold. */
  readonly format: PixelFormat;
  /** Luma columns, 1 to {@link MAX_FRAME_SIDE}. */
  readonly width: number;
  /** Luma rows, 1 to {@link MAX_FRAME_SIDE}. */
  readonly height: number;
  /** Strides and plane offsets become multiples of this many bytes; a power of two. Default 1: tightly packed, as FFmpeg's rawvideo is. */
  readonly alignment?: number;
}

/**
 * Lays a frame out in memory, its planes one after the other.
 * Chroma planes of odd sizes are rounded up: `ceil(width / 2) × ceil(height / 2)` for 4:2:0.
 *
 * @param options - format, size in pixels, alignment in bytes
 * @returns an immutable layout
 * @throws RangeError if a side is no integer in 1 to {@link MAX_FRAME_SIDE}, or the alignment is no power of two
 */
export function frameLayout(options: FrameLayoutOptions): FrameLayout {
  const { format, width, height, alignment = 1 } = options;
  expectSide('width', width);
  expectSide('height', height);
  if (!Number.isInteger(alignment) || alignment < 1 || (alignment & (alignment - 1)) !== 0) {
    throw new RangeError(`Expected a power of two for alignment but received ${String(alignment)}`);
  }
  const align = (bytes: number): number => Math.ceil(bytes / alignment) * alignment;
  let end = 0;
  const planes = PIXEL_FORMATS[format].planes.map((_, index) => {
    const offset = align(end);
    const stride = align(planeRowBytes(format, index, width));
    end = offset + stride * planeRows(format, index, height);
    return Object.freeze({ offset, stride });
  });
  return Object.freeze({ format, width, height, planes: Object.freeze(planes), byteLength: end });
}

/**
 * Bytes that one row of a plane holds, without padding.
 *
 * @param format - the frame's format
 * @param index - the plane, from 0
 * @param width - luma columns
 */
export function planeRowBytes(format: PixelFormat, index: number, width: number): number {
  const plane = PIXEL_FORMATS[format].planes[index];
  if (plane === undefined) throw new RangeError(`Expected a plane of ${format} but received index ${index}`);
  return Math.ceil(width / plane.horizontalStep) * plane.bytesPerStep;
}

/**
 * Rows of a plane.
 *
 * @param format - the frame's format
 * @param index - the plane, from 0
 * @param height - luma rows
 */
export function planeRows(format: PixelFormat, index: number, height: number): number {
  const plane = PIXEL_FORMATS[format].planes[index];
  if (plane === undefined) throw new RangeError(`Expected a plane of ${format} but received index ${index}`);
  return Math.ceil(height / plane.verticalStep);
}

/**
 * Tells whether a layout is packed as FFmpeg's `rawvideo` expects it: planes in order, no padding.
 *
 * @param layout - any layout
 */
export function isTightlyPacked(layout: FrameLayout): boolean {
  const tight = frameLayout({ format: layout.format, width: layout.width, height: layout.height });
  return tight.planes.every(
    (plane, index) =>
      layout.planes[index]?.offset === plane.offset && layout.planes[index]?.stride === plane.stride,
  );
}

function expectSide(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1 || value > MAX_FRAME_SIDE) {
    throw new RangeError(
      `Expected an integer from 1 to ${MAX_FRAME_SIDE} for ${name} but received ${String(value)}`,
    );
  }
}
