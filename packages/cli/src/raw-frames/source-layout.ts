import { invalidArgument } from '@framerail/lifecycle';
import {
  type FrameLayout,
  frameLayout,
  PIXEL_FORMATS,
  type PixelFormat,
  planeRowBytes,
  planeRows,
} from '@framerail/media-types';

/** Options of {@link stridedLayout}. */
export interface StridedLayoutOptions {
  readonly format: PixelFormat;
  readonly width: number;
  readonly height: number;
  /** Bytes from one row of the first plane to the next; default: tight. */
  readonly stride?: number | undefined;
}

/**
 * The layout of frames in a file: planes one after the other, every row padded to the stride, the last one too.
 * The stride is the first plane's; planes whose rows are half as many bytes (I420's Cb and Cr) have half of it,
 * rounded up, and NV12's CbCr plane has all of it.
 *
 * @throws FramerailError `E_INVALID_ARGUMENT` when a plane's row doesn't fit into its stride
 */
export function stridedLayout(options: StridedLayoutOptions): FrameLayout {
  const { format, width, height, stride } = options;
  const tight = frameLayout({ format, width, height });
  if (stride === undefined) return tight;
  let end = 0;
  const planes = PIXEL_FORMATS[format].planes.map(({ bytesPerStep, horizontalStep }, index) => {
    const first = PIXEL_FORMATS[format].planes[0];
    const isHalf = bytesPerStep / horizontalStep < (first?.bytesPerStep ?? 1) / (first?.horizontalStep ?? 1);
    const planeStride = isHalf ? Math.ceil(stride / 2) : stride;
    const rowBytes = planeRowBytes(format, index, width);
    if (planeStride < rowBytes) {
      const needed = isHalf ? 2 * rowBytes - 1 : rowBytes;
      throw invalidArgument(
        '--stride',
        `at least ${needed} bytes, what plane ${index} of ${format} at ${width} pixels needs,`,
        stride,
      );
    }
    const plane = { offset: end, stride: planeStride };
    end += planeStride * planeRows(format, index, height);
    return plane;
  });
  return { format, width, height, planes, byteLength: end };
}
