import { type FrameLayout, type PixelFormat, planeRowBytes, planeRows } from '@framerail/media-types';

/** The formats that have a loader and a storer in `shaders/`. */
export type ShaderFormat = 'RGBA' | 'BGRA' | 'NV12' | 'I420';

/** Where a plane lies in a GPU buffer whose rows start at whole words (quads of four words for packed RGB). */
export interface GpuPlane {
  /** Bytes. */
  readonly offset: number;
  /** Bytes. */
  readonly stride: number;
  /** Bytes of a row that hold samples. */
  readonly rowBytes: number;
  readonly rows: number;
}

/** A frame in a GPU buffer. */
export interface GpuLayout {
  readonly format: ShaderFormat;
  readonly width: number;
  readonly height: number;
  readonly planes: readonly GpuPlane[];
  /** A multiple of 16. */
  readonly byteLength: number;
}

const QUAD_BYTES = 16;
const WORD_BYTES = 4;
/** Padding up to this share of a row is uploaded rather than cut out row by row. */
const PADDING_SHARE = 1 / 8;

const roundUp = (value: number, step: number): number => Math.ceil(value / step) * step;

export const isShaderFormat = (format: PixelFormat): format is ShaderFormat =>
  format === 'RGBA' || format === 'BGRA' || format === 'NV12' || format === 'I420';

export const isYcbcr = (format: ShaderFormat): format is 'NV12' | 'I420' =>
  format === 'NV12' || format === 'I420';

/**
 * The layout that a shader reads. Strides of the caller's layout stay where they fit, so that a plane is
 * uploaded in one piece.
 */
export function loadLayout(layout: FrameLayout & { readonly format: ShaderFormat }): GpuLayout {
  const step = isYcbcr(layout.format) ? WORD_BYTES : QUAD_BYTES;
  return laidOut(layout, (rowBytes, index) => {
    const stride = layout.planes[index]?.stride ?? 0;
    const least = roundUp(rowBytes, step);
    return stride % step === 0 && stride <= least * (1 + PADDING_SHARE) ? stride : least;
  });
}

/** The layout of RGBA between two passes. */
export function betweenLayout(width: number, height: number): GpuLayout {
  return laidOut({ format: 'RGBA', width, height }, (rowBytes) => roundUp(rowBytes, QUAD_BYTES));
}

/** The closest layout to a caller's that a storer can write: rows start at whole words. */
export function storeLayout(layout: FrameLayout & { readonly format: ShaderFormat }): GpuLayout {
  return laidOut(layout, (rowBytes) => roundUp(rowBytes, WORD_BYTES));
}

/** The caller's own layout, if a storer can write it: then the frame leaves the GPU as it is. */
export function directLayout(layout: FrameLayout & { readonly format: ShaderFormat }): GpuLayout | undefined {
  const whole = layout.planes.every(
    ({ offset, stride }) => offset % WORD_BYTES === 0 && stride % WORD_BYTES === 0,
  );
  if (!whole) return undefined;
  const planes = layout.planes.map(({ offset, stride }, index) => ({
    offset,
    stride,
    rowBytes: planeRowBytes(layout.format, index, layout.width),
    rows: planeRows(layout.format, index, layout.height),
  }));
  return { ...sizeOf(layout), planes, byteLength: roundUp(layout.byteLength, QUAD_BYTES) };
}

const sizeOf = ({ format, width, height }: Pick<GpuLayout, 'format' | 'width' | 'height'>) => ({
  format,
  width,
  height,
});

function laidOut(
  size: Pick<GpuLayout, 'format' | 'width' | 'height'>,
  strideOf: (rowBytes: number, index: number) => number,
): GpuLayout {
  const planeCount = { RGBA: 1, BGRA: 1, NV12: 2, I420: 3 }[size.format];
  let end = 0;
  const planes = Array.from({ length: planeCount }, (_, index): GpuPlane => {
    const rowBytes = planeRowBytes(size.format, index, size.width);
    const rows = planeRows(size.format, index, size.height);
    const plane = { offset: end, stride: strideOf(rowBytes, index), rowBytes, rows };
    end = roundUp(plane.offset + plane.stride * rows, QUAD_BYTES);
    return plane;
  });
  return { ...sizeOf(size), planes, byteLength: end };
}
