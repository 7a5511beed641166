import { expectOneOf, FramerailError, invalidArgument } from '@framerail/lifecycle';
import type { ColorSpace, FrameFormat } from '@framerail/media-types';
import type { BackendPlan, Upsampling } from '../backends/backend.js';
import type { Operation } from '../operations/operation.js';
import { prepareOperations } from '../operations/prepare-operations.js';
import { checkFormat, checkPlanesApart } from './frame-checks.js';
import { planWork } from './plan-work.js';

/** Options of {@link planConversion}. */
export interface ConversionOptions {
  /** What comes in. */
  readonly source: FrameFormat;
  /** What goes out; its size is the source's after all operations. */
  readonly target: FrameFormat;
  /** Done in this order; default none. */
  readonly operations?: readonly Operation[];
  /** How 4:2:0 chroma becomes chroma of every pixel; default `bilinear`. */
  readonly upsampling?: Upsampling;
}

/**
 * Checks a conversion and makes the plan that every backend carries out to the same bytes.
 *
 * @param options - formats and operations
 * @returns plain, immutable data (but for the overlays' pixels, which are not copied)
 * @throws FramerailError `E_INVALID_ARGUMENT`, `E_UNSUPPORTED_FORMAT`; `E_UNSUPPORTED_COLOR` between HDR and SDR
 */
export function planConversion(options: ConversionOptions): BackendPlan {
  const { source, target, operations = [], upsampling = 'bilinear' } = options;
  checkFormat('source', source);
  checkFormat('target', target);
  checkPlanesApart('target.layout', target.layout);
  checkTransfer(source.color, target.color);
  expectOneOf('upsampling', upsampling, ['nearest', 'bilinear']);
  const prepared = prepareOperations(operations, source, target);
  const { width, height } = target.layout;
  if (width !== prepared.width || height !== prepared.height) {
    const expected = `${prepared.width}×${prepared.height}, the size after all operations (a 'scale' changes it),`;
    throw invalidArgument('target.layout', expected, `${width}×${height}`);
  }
  return Object.freeze({
    source: Object.freeze({ layout: source.layout, color: source.color }),
    target: Object.freeze({ layout: target.layout, color: target.color }),
    operations: Object.freeze(prepared.operations),
    upsampling,
    work: planWork({ source, target, upsampling, dither: 'none' }, prepared.operations),
  });
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
