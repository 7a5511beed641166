import {
  type ColorSpace,
  type FrameFormat,
  MATRIX_COEFFICIENTS,
  type RawFrame,
} from '@framerail/media-types';
import type { PreparedOperation } from '../../operations/prepared-operation.js';
import type { BackendPlan } from '../backend.js';
import { copyYcbcr420, isYcbcr420 } from './copy-planes.js';
import { loadPackedRgb } from './loaders/packed-rgb.js';
import { loadYcbcr420 } from './loaders/ycbcr420.js';
import type { RowSource } from './row-source.js';
import { colorMatrixRows } from './stages/color-matrix.js';
import { overlayRows } from './stages/overlay.js';
import { scaleRows } from './stages/scale.js';
import { storePackedRgb } from './storers/packed-rgb.js';
import { storeYcbcr420 } from './storers/ycbcr420.js';

/**
 * Does a plan for one frame: loader, operations, storer. This is what "exact" means in this package.
 *
 * @param target - memory of `plan.target.layout`
 * @returns a step does a row or two; the frame is done when the steps end
 */
export function planSteps(plan: BackendPlan, frame: RawFrame, target: Uint8Array): Iterator<undefined, void> {
  if (isMove(plan)) return copyYcbcr420(frame, { data: target, layout: plan.target.layout });
  const loaded = load(frame, plan);
  return store(plan.operations.reduce(apply, loaded), target, plan.target);
}

/** YCbCr of the same colour keeps its codes: going through RGB would change them. */
function isMove({ source, target, operations }: BackendPlan): boolean {
  return (
    operations.length === 0 &&
    isYcbcr420(source.layout.format) &&
    isYcbcr420(target.layout.format) &&
    sameCodes(source.color, target.color)
  );
}

/** BT.601's two names have one matrix. */
function sameCodes(a: ColorSpace, b: ColorSpace): boolean {
  const coefficients = ({ matrix }: ColorSpace) =>
    matrix === 'rgb' ? undefined : MATRIX_COEFFICIENTS[matrix];
  return (
    coefficients(a) === coefficients(b) &&
    a.fullRange === b.fullRange &&
    a.chromaLocation === b.chromaLocation
  );
}

function load(frame: RawFrame, plan: BackendPlan): RowSource {
  switch (frame.layout.format) {
    case 'RGBA':
      return loadPackedRgb(frame, 0);
    case 'BGRA':
      return loadPackedRgb(frame, 2);
    case 'NV12':
    case 'I420':
      return loadYcbcr420(frame, plan.upsampling);
    default:
      throw new RangeError(`Expected RGBA, BGRA, NV12 or I420 but received ${frame.layout.format}`);
  }
}

function apply(source: RowSource, operation: PreparedOperation): RowSource {
  switch (operation.type) {
    case 'scale':
      return scaleRows(source, operation);
    case 'colorMatrix':
      return colorMatrixRows(source, operation);
    case 'overlay':
      return overlayRows(source, operation);
    default:
      throw new RangeError(`Expected scale, colorMatrix or overlay but received ${operation.type}`);
  }
}

function store(
  source: RowSource,
  data: Uint8Array,
  { layout, color }: FrameFormat,
): Iterator<undefined, void> {
  switch (layout.format) {
    case 'RGBA':
      return storePackedRgb(source, data, layout, 0);
    case 'BGRA':
      return storePackedRgb(source, data, layout, 2);
    case 'NV12':
    case 'I420':
      return storeYcbcr420(source, data, layout, color);
    default:
      throw new RangeError(`Expected RGBA, BGRA, NV12 or I420 but received ${layout.format}`);
  }
}
