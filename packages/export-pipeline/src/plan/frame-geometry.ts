import type { Rational } from '@framerail/media-types';
import type { Fit, OddSize } from '../export-options.js';
import { evenSize, nearestEven, type Size } from './even-size.js';

/** A rectangle cut out of the decoded picture, in its pixels. */
export interface CropStep extends Size {
  /** Tells the two steps apart. */
  readonly type: 'crop';
  /** First column that is kept, even. */
  readonly x: number;
  /** First row that is kept, even. */
  readonly y: number;
}

/** A black canvas with the decoded picture on it, in its pixels. */
export interface PadStep extends Size {
  /** Tells the two steps apart. */
  readonly type: 'pad';
  /** Column of the canvas where the picture begins, even. */
  readonly x: number;
  /** Row of the canvas where the picture begins, even. */
  readonly y: number;
}

/** How a decoded picture becomes the output's size. */
export interface FrameGeometry {
  /** What the decoder does before frames leave it; `undefined`: nothing. */
  readonly step: CropStep | PadStep | undefined;
  /** The frames as they leave the decoder. */
  readonly decoded: Size;
  /** The output, even sides, square pixels. `decoded` is scaled to it where they differ. */
  readonly output: Size;
}

/** What {@link frameGeometry} needs to know. */
export interface FrameGeometryOptions {
  /** The decoded picture after rotation, in its own pixels. */
  readonly stored: Size;
  /** Width over height of one of its pixels, after rotation. */
  readonly pixelAspect: Rational;
  /** The same picture in square pixels. */
  readonly display: Size;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly fit: Fit;
  readonly oddSize: OddSize;
}

/**
 * Works out crop, bars and output size. Bars and cuts are made at the source's size, where a frame has fewer
 * pixels when it is enlarged, and on even positions, so that chroma stays where it is.
 *
 * @throws FramerailError `E_ODD_SIZE`
 */
export function frameGeometry(options: FrameGeometryOptions): FrameGeometry {
  const { stored, pixelAspect, fit, oddSize } = options;
  const isSquare = pixelAspect.numerator === pixelAspect.denominator;
  const aspect = (stored.width * pixelAspect.numerator) / (stored.height * pixelAspect.denominator);
  const wanted = wantedSize(options, isSquare, aspect);
  const isStored = wanted.width === stored.width && wanted.height === stored.height;
  if (isStored && (isSquare || fit === 'stretch')) return unscaled(stored, oddSize);
  const output = evenSize(wanted, oddSize);
  // A side that follows from the aspect leaves nothing to fit.
  const isFree = options.width !== undefined && options.height !== undefined;
  const step = fit === 'stretch' || !isFree ? undefined : fitted(stored, aspect, output, fit);
  return { step, decoded: step === undefined ? stored : { width: step.width, height: step.height }, output };
}

/** The size asked for. Sides that follow from the aspect are even, those that somebody said may be odd. */
function wantedSize(options: FrameGeometryOptions, isSquare: boolean, aspect: number): Size {
  const { display, stored, width, height, oddSize } = options;
  if (width !== undefined && height !== undefined) return { width, height };
  const isStored = (width ?? stored.width) === stored.width && (height ?? stored.height) === stored.height;
  if (isSquare && isStored) return stored;
  if (width !== undefined) {
    const even = evenSize({ width, height: nearestEven(width / aspect) }, oddSize);
    return { width: even.width, height: nearestEven(even.width / aspect) };
  }
  if (height !== undefined) {
    const even = evenSize({ width: nearestEven(height * aspect), height }, oddSize);
    return { width: nearestEven(even.height * aspect), height: even.height };
  }
  return { width: nearestEven(display.width), height: nearestEven(display.height) };
}

function unscaled(stored: Size, oddSize: OddSize): FrameGeometry {
  const output = evenSize(stored, oddSize);
  if (output.width === stored.width && output.height === stored.height)
    return { step: undefined, decoded: stored, output };
  const type = oddSize === 'pad' ? 'pad' : 'crop';
  return { step: { type, ...output, x: 0, y: 0 }, decoded: output, output };
}

function fitted(
  stored: Size,
  aspect: number,
  output: Size,
  fit: 'contain' | 'cover',
): CropStep | PadStep | undefined {
  const outputAspect = output.width / output.height;
  const isWider = aspect > outputAspect;
  // A pixel more or less is rounding, not shape.
  if (Math.abs(output.height - output.width / aspect) <= 1) return undefined;
  if (Math.abs(output.width - output.height * aspect) <= 1) return undefined;
  const grows = fit === 'contain';
  const factor = isWider ? aspect / outputAspect : outputAspect / aspect;
  const changesHeight = isWider === grows;
  const side = changesHeight ? stored.height : stored.width;
  const even = nearestEven(grows ? side * factor : side / factor);
  if (even === side) return undefined;
  const offset = Math.floor(Math.abs(even - side) / 4) * 2;
  const size = changesHeight ? { width: stored.width, height: even } : { width: even, height: stored.height };
  return {
    type: grows ? 'pad' : 'crop',
    ...size,
    x: changesHeight ? 0 : offset,
    y: changesHeight ? offset : 0,
  };
}
