import { expectOneOf, FramerailError, invalidArgument } from '@framerail/lifecycle';
import {
  type ColorSpace,
  type FrameFormat,
  type FrameLayout,
  PIXEL_FORMATS,
  planeRowBytes,
  planeRows,
} from '@framerail/media-types';
import type { Upsampling } from '../backends/backend.js';
import type { Operation } from '../operations/operation.js';
import { prepareOperations } from '../operations/prepare-operations.js';
import type { ConversionPlan } from './conversion-plan.js';
import { checkFormat, checkPlanesApart } from './frame-checks.js';
import { planWork } from './plan-work.js';

/** Options of {@link planConversion}. */
export interface ConversionOptions {
  /** Done in this order; default none. */
  readonly operations?: readonly Operation[];
  /** How chroma at half size becomes chroma of every pixel; default `bilinear`. */
  readonly upsampling?: Upsampling;
  /** `ordered` dithers (8×8 Bayer) wherever depth goes down; default `none`: rounding. */
  readonly dither?: 'none' | 'ordered';
}

/**
 * Checks a conversion and makes the plan that every backend carries out to the same bytes.
 *
 * @param from - what comes in
 * @param to - what goes out; its size is the source's after all operations
 * @param options - operations and choices
 * @returns plain, immutable data (but for the overlays' pixels, which are not copied)
 * @throws FramerailError `E_INVALID_ARGUMENT`, `E_UNSUPPORTED_FORMAT`; `E_UNSUPPORTED_COLOR` between HDR and SDR
 */
export function planConversion(
  from: FrameFormat,
  to: FrameFormat,
  options: ConversionOptions = {},
): ConversionPlan {
  checkFormat('source', from);
  checkFormat('target', to);
  checkPlanesApart('target.layout', to.layout);
  checkTransfer(from.color, to.color);
  const upsampling = expectOneOf('upsampling', options.upsampling ?? 'bilinear', ['nearest', 'bilinear']);
  const dither = expectOneOf('dither', options.dither ?? 'none', ['none', 'ordered']);
  const prepared = prepareOperations(options.operations ?? [], from, to);
  const { width, height } = to.layout;
  if (width !== prepared.width || height !== prepared.height) {
    const expected = `${prepared.width}×${prepared.height}, the size after all operations (a 'scale' changes it),`;
    throw invalidArgument('target.layout', expected, `${width}×${height}`);
  }
  const source = Object.freeze({ layout: from.layout, color: from.color });
  const target = Object.freeze({ layout: to.layout, color: to.color });
  const operations = Object.freeze(prepared.operations);
  const bytesRead = pixelBytes(from.layout);
  const bytesWritten = pixelBytes(to.layout);
  return Object.freeze({
    source,
    target,
    operations,
    upsampling,
    work: planWork({ source, target, upsampling, dither }, prepared.operations),
    passes: Object.freeze([
      Object.freeze({
        label: [from.layout.format, ...operations.map(({ type }) => type), to.layout.format].join(' → '),
        bytesRead,
        bytesWritten,
      }),
    ]),
    bytesMoved: bytesRead + bytesWritten,
    exact: false,
    largestErrorCodes: undefined,
  });
}

/** Without what lies between rows and planes. */
function pixelBytes({ format, width, height }: FrameLayout): number {
  return PIXEL_FORMATS[format].planes.reduce(
    (sum, _, index) => sum + planeRowBytes(format, index, width) * planeRows(format, index, height),
    0,
  );
}

/** Matrix and range are converted, the curve isn't: HDR codes shown as SDR would simply be wrong. */
function checkTransfer(source: ColorSpace, target: ColorSpace): void {
  const curve = ({ transfer }: ColorSpace) => (transfer === 'pq' || transfer === 'hlg' ? transfer : 'sdr');
  if (curve(source) === curve(target)) return;
  throw new FramerailError({
    code: 'E_UNSUPPORTED_COLOR',
    message: `Expected source and target with curves of one kind but received ${source.transfer} and ${target.transfer}; tone mapping is not done here`,
    details: { source: source.transfer, target: target.transfer },
  });
}
