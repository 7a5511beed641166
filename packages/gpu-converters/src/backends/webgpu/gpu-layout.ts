import {
  type FrameLayout,
  PIXEL_FORMATS,
  type PixelFormat,
  planeRowBytes,
  planeRows,
} from '@framerail/media-types';

/**
 * What a GPU buffer holds: a frame of a pixel format, or what one pass leaves for the next. `RGBA16`: four 16-bit
 * numbers a pixel. `SUMS16`, `SUMS32`: rows resampled, columns not yet; four signed numbers of 16 or 32 bits a pixel.
 * `PLANE_SUMS`: the same of components apart, a plane of 16-bit luma sums and one of chroma pairs.
 */
export type GpuFormat = PixelFormat | 'RGBA16' | 'SUMS16' | 'SUMS32' | 'PLANE_SUMS';

/** Where a plane lies in a GPU buffer whose rows start at whole words, or at what the loader takes at once. */
export interface GpuPlane {
  /** Bytes. */
  readonly offset: number;
  /** Bytes. */
  readonly stride: number;
  /** Bytes of a row that hold samples. */
  readonly rowBytes: number;
  /** Rows of samples. */
  readonly rows: number;
}

/** A frame in a GPU buffer. */
export interface GpuLayout {
  /** What the planes hold. */
  readonly format: GpuFormat;
  /** Luma columns, or pixels. */
  readonly width: number;
  /** Luma rows, or pixels. */
  readonly height: number;
  /** In the format's order. */
  readonly planes: readonly GpuPlane[];
  /** A multiple of 16. */
  readonly byteLength: number;
}

const QUAD_BYTES = 16;
const WORD_BYTES = 4;
/** Padding up to this share of a row is uploaded rather than cut out row by row. */
const PADDING_SHARE = 1 / 8;

const roundUp = (value: number, step: number): number => Math.ceil(value / step) * step;

/** Bytes that a loader takes at once: rows start at multiples of them. */
const LOAD_STEP: Readonly<Record<PixelFormat, number>> = {
  RGBA: 16,
  BGRA: 16,
  RGBA16F: 8,
  NV12: 4,
  I420: 4,
  I422: 4,
  I444: 4,
  P010: 8,
  I420P10: 8,
  YUY2: 8,
  UYVY: 8,
};

/** Whether a buffer holds components of Y′CbCr. */
export const isYcbcr = (format: GpuFormat): format is Exclude<PixelFormat, 'RGBA' | 'BGRA' | 'RGBA16F'> =>
  Object.hasOwn(PIXEL_FORMATS, format) && PIXEL_FORMATS[format as PixelFormat].model === 'ycbcr';

/** How a format's chroma is sampled, as a key of the shaders for it. */
export type ChromaSampling = '420' | '422' | '444';

/** The sampling of a Y′CbCr format. */
export function chromaSampling(format: PixelFormat): ChromaSampling {
  const plane = PIXEL_FORMATS[format].planes.find(({ components }) => components.includes('U'));
  if (plane === undefined) throw new RangeError(`Expected a YCbCr format but received ${format}`);
  if (plane.verticalStep === 2) return '420';
  return plane.horizontalStep === 2 ? '422' : '444';
}

/** Columns and rows of a Y′CbCr frame's chroma. */
export function chromaSize({ format, width, height }: Pick<GpuLayout, 'format' | 'width' | 'height'>): {
  readonly width: number;
  readonly height: number;
} {
  const sampling = chromaSampling(format as PixelFormat);
  return {
    width: sampling === '444' ? width : Math.ceil(width / 2),
    height: sampling === '420' ? Math.ceil(height / 2) : height,
  };
}

/**
 * The layout that a shader reads. Strides of the caller's layout stay where they fit, so that a plane is
 * uploaded in one piece.
 */
export function loadLayout(layout: FrameLayout): GpuLayout {
  const step = LOAD_STEP[layout.format];
  return laidOut(layout, (rowBytes, index) => {
    const stride = layout.planes[index]?.stride ?? 0;
    const least = roundUp(rowBytes, step);
    return stride % step === 0 && stride <= least * (1 + PADDING_SHARE) ? stride : least;
  });
}

/** The layout of pixels between two passes. */
export function betweenLayout(
  format: 'RGBA' | 'RGBA16' | 'SUMS16' | 'SUMS32',
  width: number,
  height: number,
): GpuLayout {
  const bytes = { RGBA: 4, RGBA16: 8, SUMS16: 8, SUMS32: 16 }[format];
  const rowBytes = width * bytes;
  const stride = roundUp(rowBytes, QUAD_BYTES);
  return {
    format,
    width,
    height,
    planes: [{ offset: 0, stride, rowBytes, rows: height }],
    byteLength: stride * height,
  };
}

/** The layout of components between two passes: luma of a size, and chroma of another. */
export function planeSumsLayout(
  luma: { readonly width: number; readonly height: number },
  chroma: { readonly width: number; readonly height: number },
): GpuLayout {
  const plane = (offset: number, rowBytes: number, rows: number): GpuPlane => ({
    offset,
    stride: roundUp(rowBytes, WORD_BYTES),
    rowBytes,
    rows,
  });
  const first = plane(0, luma.width * 2, luma.height);
  const second = plane(roundUp(first.stride * first.rows, QUAD_BYTES), chroma.width * 4, chroma.height);
  const byteLength = roundUp(second.offset + second.stride * second.rows, QUAD_BYTES);
  return { format: 'PLANE_SUMS', ...luma, planes: [first, second], byteLength };
}

/** The closest layout to a caller's that a storer can write: rows start at whole words. */
export function storeLayout(layout: FrameLayout): GpuLayout {
  return laidOut(layout, (rowBytes) => roundUp(rowBytes, WORD_BYTES));
}

/** The caller's own layout, if a storer can write it: then the frame leaves the GPU as it is. */
export function directLayout(layout: FrameLayout): GpuLayout | undefined {
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

const sizeOf = ({ format, width, height }: Pick<FrameLayout, 'format' | 'width' | 'height'>) => ({
  format,
  width,
  height,
});

function laidOut(
  size: Pick<FrameLayout, 'format' | 'width' | 'height'>,
  strideOf: (rowBytes: number, index: number) => number,
): GpuLayout {
  let end = 0;
  const planes = PIXEL_FORMATS[size.format].planes.map((_, index): GpuPlane => {
    const rowBytes = planeRowBytes(size.format, index, size.width);
    const rows = planeRows(size.format, index, size.height);
    const plane = { offset: end, stride: strideOf(rowBytes, index), rowBytes, rows };
    end = roundUp(plane.offset + plane.stride * rows, QUAD_BYTES);
    return plane;
  });
  return { ...sizeOf(size), planes, byteLength: end };
}
