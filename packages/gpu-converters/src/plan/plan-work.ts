import { type CodeRange, codeRange, type FrameFormat, PIXEL_FORMATS } from '@framerail/media-types';
import type { BackendPlan } from '../backends/backend.js';
import { downsamplingTaps, type Upsampling } from '../exact/chroma-siting.js';
import { componentTaps } from '../exact/component-taps.js';
import { loadForm, storeForm } from '../exact/fixed-forms.js';
import type { ScaleFilter } from '../operations/operation.js';
import type { PreparedOperation, WorkDepth } from '../operations/prepared-operation.js';
import type { PixelsWork, PlaneMap, PlanesWork, Work } from './work.js';

/** How planes apart come to the target's size. */
export interface PlanesGeometry {
  /** The part of the source, in luma samples, that is scaled to the target. */
  readonly part: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  /** For a change of size. */
  readonly filter: ScaleFilter;
}

/** What all kinds of work are planned from. */
export interface WorkOptions {
  readonly source: FrameFormat;
  readonly target: FrameFormat;
  readonly upsampling: Upsampling;
  readonly dither: 'none' | 'ordered';
}

/**
 * Plans the work for operations that are prepared already: planes apart where there are none and the matrix stays,
 * else pixels of the depth that the first `curves` or `scale` takes.
 */
export function planWork(options: WorkOptions, operations: readonly PreparedOperation[]): Work {
  const { source, target } = options;
  if (operations.length === 0 && keepsComponents(source, target)) {
    const { width, height } = source.layout;
    return planPlanes(options, { part: { x: 0, y: 0, width, height }, filter: 'bilinear' });
  }
  const curves = operations.filter((operation) => operation.type === 'curves');
  const isScaled = operations.some(({ type }) => type === 'scale');
  const loadDepth = curves[0]?.from ?? (isScaled ? 8 : naturalDepth(options, operations.length === 0));
  const work = planPixels(options, { loadDepth, storeDepth: curves.at(-1)?.to ?? loadDepth });
  return operations.length === 0 && becomesHalfs(options) ? withHalfs(work, source) : work;
}

/** Whether nothing but the matrix stands between codes and half floats. */
const becomesHalfs = ({ source, target }: WorkOptions): boolean =>
  PIXEL_FORMATS[source.layout.format].model === 'ycbcr' && target.layout.format === 'RGBA16F';

const withHalfs = (work: PixelsWork, source: FrameFormat): PixelsWork =>
  Object.freeze({ ...work, load: loadForm(source.color, codeBits(source), 'half'), loadsHalfs: true });

/** A plan of prepared operations, without dither. */
export function withWork(plan: Omit<BackendPlan, 'work'>): BackendPlan {
  return { ...plan, work: planWork({ ...plan, dither: 'none' }, plan.operations) };
}

/** Whether components keep their meaning from source to target, so that they need not be mixed. BT.601 has two names. */
export function keepsComponents(source: FrameFormat, target: FrameFormat): boolean {
  const matrix = ({ layout, color }: FrameFormat): string | undefined => {
    if (PIXEL_FORMATS[layout.format].model === 'rgb') return undefined;
    return color.matrix === 'bt470bg' ? 'smpte170m' : color.matrix;
  };
  return matrix(source) !== undefined && matrix(source) === matrix(target);
}

/** Plans Y′CbCr to Y′CbCr of one matrix. */
export function planPlanes(options: WorkOptions, { part, filter }: PlanesGeometry): PlanesWork {
  const { source, target, upsampling, dither } = options;
  const [from, to] = [codeBits(source), codeBits(target)];
  const dithered = dither === 'ordered' && to < from;
  const components = [0, 1, 2].map((component): PlaneMap => {
    const steps = (format: FrameFormat) => (component === 0 ? LUMA_STEPS : chromaSteps(format));
    const [own, other] = [steps(source), steps(target)];
    const taps = (axis: 'across' | 'down') => {
      const [size, start, length] =
        axis === 'across' ? (['width', 'x', 'width'] as const) : (['height', 'y', 'height'] as const);
      return componentTaps({
        axis,
        source: { size: source.layout[size], step: own[axis], location: source.color.chromaLocation },
        target: { size: target.layout[size], step: other[axis], location: target.color.chromaLocation },
        part: { start: part[start], size: part[length] },
        filter,
        upsampling,
      });
    };
    const [horizontal, vertical] = [taps('across'), taps('down')];
    const isCopied = !('weights' in horizontal) && !('weights' in vertical);
    const ranges = [codeRange(from, source.color.fullRange), codeRange(to, target.color.fullRange)] as const;
    const codes =
      from === to && source.color.fullRange === target.color.fullRange
        ? undefined
        : codesTable(ranges, component > 0, { bits: isCopied ? from : RESAMPLED_BITS, dithered });
    return { horizontal, vertical, codes };
  });
  return Object.freeze({
    kind: 'planes',
    components: components as unknown as PlanesWork['components'],
    dithered,
  });
}

/** Depths of the pixels in between, as the operations decide them. */
export interface PixelDepths {
  readonly loadDepth: WorkDepth;
  readonly storeDepth: WorkDepth;
}

/** Depth that pixels need where no operation asks for more: 16 bits unless one side has 8 and nothing is rounded between. */
export function naturalDepth({ source, target, dither }: WorkOptions, isDirect: boolean): WorkDepth {
  const [from, to] = [bitsOf(source), bitsOf(target)];
  if (from === 8 && to === 8) return 8;
  if (!isDirect || from === 16 || to === 16 || dither === 'ordered') return 16;
  // One matrix, rounded once: from RGB of 8 bits, or to it.
  const [isRgb, becomesRgb] = [source, target].map(
    (format) => PIXEL_FORMATS[format.layout.format].model === 'rgb',
  );
  return (isRgb && from === 8) || (becomesRgb && to === 8) ? 8 : 16;
}

/** Plans what goes by way of RGBA. */
export function planPixels(options: WorkOptions, { loadDepth, storeDepth }: PixelDepths): PixelsWork {
  const { source, target, dither } = options;
  const isYcbcr = ({ layout }: FrameFormat) => PIXEL_FORMATS[layout.format].model === 'ycbcr';
  const isExact = (format: FrameFormat, depth: WorkDepth) => depth === 8 && bitsOf(format) === 8;
  return Object.freeze({
    kind: 'pixels',
    loadDepth,
    load:
      isYcbcr(source) && !isExact(source, loadDepth)
        ? loadForm(source.color, codeBits(source), loadDepth)
        : undefined,
    loadsHalfs: false,
    storeDepth,
    store:
      isYcbcr(target) && !isExact(target, storeDepth)
        ? storeForm(target.color, codeBits(target), storeDepth, storeDepth === 8 ? chromaWeight(target) : 1)
        : undefined,
    dithered: dither === 'ordered' && storeDepth === 16 && bitsOf(target) < 16,
  });
}

/** What the weights of the pixels under a chroma sample add up to. */
function chromaWeight({ layout, color }: FrameFormat): number {
  const { across, down } = chromaSteps({ layout });
  const taps = downsamplingTaps(color.chromaLocation);
  return (across === 2 ? taps.across.total : 1) * (down === 2 ? taps.down.total : 1);
}

const bitsOf = ({ layout }: FrameFormat): 8 | 10 | 16 => PIXEL_FORMATS[layout.format].bitDepth;

/** Bits of a Y′CbCr format's codes. */
const codeBits = (format: FrameFormat): 8 | 10 => (bitsOf(format) === 10 ? 10 : 8);

const LUMA_STEPS = { across: 1, down: 1 } as const;

/** Luma samples to a chroma sample, along each axis. */
function chromaSteps({ layout }: Pick<FrameFormat, 'layout'>): { across: 1 | 2; down: 1 | 2 } {
  const { planes } = PIXEL_FORMATS[layout.format];
  const plane = planes.find(({ components }) => components.includes('U'));
  if (plane === undefined) throw new RangeError(`Expected a YCbCr format but received ${layout.format}`);
  return { across: plane.horizontalStep, down: plane.verticalStep };
}

/** Bits of a resampled component that is to be recoded. */
export const RESAMPLED_BITS = 12;

/**
 * Codes of one range and depth in another's, rounded half up; in 64ths, cut down, for dither.
 *
 * @param options - `bits` of the table's index: the source's own or more, which are fractions of its codes then
 */
function codesTable(
  [source, target]: readonly [CodeRange, CodeRange],
  isChroma: boolean,
  { bits, dithered }: { bits: number; dithered: boolean },
): Uint16Array {
  const step = 2 ** bits / (source.maximum + 1);
  const [scale, offset] = isChroma
    ? [source.chromaScale * step, source.chromaOffset * step]
    : [source.lumaScale * step, source.lumaOffset * step];
  const [newScale, newOffset] = isChroma
    ? [target.chromaScale, target.chromaOffset]
    : [target.lumaScale, target.lumaOffset];
  const unit = dithered ? 64 : 1;
  return Uint16Array.from({ length: 2 ** bits }, (_, code) => {
    // Integers far below 2^53: one division, which can't come out at the integer above.
    const numerator = unit * ((code - offset) * newScale + newOffset * scale);
    const value = dithered
      ? Math.floor(numerator / scale)
      : Math.floor((2 * numerator + scale) / (2 * scale));
    return Math.min(Math.max(value, 0), target.maximum * unit + (unit - 1));
  });
}
