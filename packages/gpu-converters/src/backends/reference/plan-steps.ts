import type { RawFrame } from '@framerail/media-types';
import type { PreparedOperation } from '../../operations/prepared-operation.js';
import type { PixelsWork } from '../../plan/work.js';
import type { BackendPlan } from '../backend.js';
import { copyRows } from './copy-rows.js';
import { loadHalfFloatRgb } from './loaders/half-float-rgb.js';
import { loadPackedRgb } from './loaders/packed-rgb.js';
import { loadYcbcr } from './loaders/ycbcr.js';
import { planesSteps } from './planes-steps.js';
import { type RowSource, wholePicture } from './row-source.js';
import { colorMatrixRows } from './stages/color-matrix.js';
import { curvesRows } from './stages/curves.js';
import { lut3dRows } from './stages/lut3d.js';
import { mixRows } from './stages/mix.js';
import { overlayRows } from './stages/overlay.js';
import { placeRows } from './stages/place.js';
import { resampleRows } from './stages/resample.js';
import { scaleRows } from './stages/scale.js';
import { storeHalfFloatRgb } from './storers/half-float-rgb.js';
import { storePackedRgb } from './storers/packed-rgb.js';
import { storeYcbcr } from './storers/ycbcr.js';

/**
 * Does a plan for one frame: planes apart, or loader, operations, storer. This is what every backend computes.
 * Memory in between is a few rows a step of the plan, but for quarter turns and strong shrinking, which keep the whole
 * picture.
 *
 * @param target - memory of `plan.target.layout`
 * @returns a step does a row or two; the frame is done when the steps end
 */
export function* planSteps(
  plan: BackendPlan,
  frame: RawFrame,
  target: Uint8Array,
): Generator<undefined, void> {
  const { work, operations } = plan;
  const memory = { data: target, layout: plan.target.layout };
  if (work.kind === 'planes') {
    yield* planesSteps(work, frame, memory);
  } else if (isHalfFloatCopy(plan)) {
    yield* copyRows(frame, memory);
  } else {
    let rows = load(frame, work, plan);
    for (const operation of operations) {
      if (wantsWholePicture(operation)) rows = yield* wholePicture(rows);
      rows = apply(rows, operation);
    }
    yield* store(rows, target, work, plan);
  }
}

/** The most rows that a stage makes at once, so that a step stays short. */
const MAX_ROWS_AT_ONCE = 32;

/** Whether an operation needs rows out of order, or so many for one of its own that making them is a step each. */
function wantsWholePicture(operation: PreparedOperation): boolean {
  if (operation.type === 'place') return operation.transpose;
  return operation.type === 'resample' && (operation.vertical?.count ?? 1) > MAX_ROWS_AT_ONCE;
}

/** Half floats with nothing to do stay as they are: pixels of 16 bits would cut off what lies outside 0 to 1. */
function isHalfFloatCopy({ source, target, operations }: BackendPlan): boolean {
  return operations.length === 0 && source.layout.format === 'RGBA16F' && target.layout.format === 'RGBA16F';
}

function load(frame: RawFrame, work: PixelsWork, { upsampling }: BackendPlan): RowSource {
  switch (frame.layout.format) {
    case 'RGBA':
      return loadPackedRgb(frame, 0, work.loadDepth);
    case 'BGRA':
      return loadPackedRgb(frame, 2, work.loadDepth);
    case 'RGBA16F':
      return loadHalfFloatRgb(frame);
    default:
      return loadYcbcr(frame, work, upsampling);
  }
}

function apply(source: RowSource, operation: PreparedOperation): RowSource {
  switch (operation.type) {
    case 'scale':
      return scaleRows(source, operation);
    case 'resample':
      return resampleRows(source, operation);
    case 'place':
      return placeRows(source, operation);
    case 'colorMatrix':
      return colorMatrixRows(source, operation);
    case 'curves':
      return curvesRows(source, operation);
    case 'lut3d':
      return lut3dRows(source, operation);
    case 'overlay':
      return overlayRows(source, operation);
    case 'mix':
      return mixRows(source, operation);
  }
}

function store(
  source: RowSource,
  data: Uint8Array,
  work: PixelsWork,
  { target }: BackendPlan,
): Generator<undefined, void> {
  switch (target.layout.format) {
    case 'RGBA':
      return storePackedRgb(source, data, target.layout, { redAt: 0, dithered: work.dithered });
    case 'BGRA':
      return storePackedRgb(source, data, target.layout, { redAt: 2, dithered: work.dithered });
    case 'RGBA16F':
      return storeHalfFloatRgb(source, data, target.layout, work.loadsHalfs);
    default:
      return storeYcbcr(source, data, target, work);
  }
}
