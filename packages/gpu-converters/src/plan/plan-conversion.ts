import { expectOneOf, invalidArgument } from '@framerail/lifecycle';
import type { FrameFormat, FrameLayout } from '@framerail/media-types';
import type { Upsampling } from '../backends/backend.js';
import { type ColorOptions, colorSteps } from '../color/color-steps.js';
import type { Operation } from '../operations/operation.js';
import { prepareOperations } from '../operations/prepare-operations.js';
import type { PreparedOperation } from '../operations/prepared-operation.js';
import type { ConversionPlan } from './conversion-plan.js';
import { exactnessOf } from './exactness.js';
import { checkFormat, checkPlanesApart } from './frame-checks.js';
import { keepsComponents, naturalDepth, planPlanes, planWork, type WorkOptions } from './plan-work.js';
import { planesGeometry } from './planes-geometry.js';
import { plannedPasses, wordsOf } from './planned-passes.js';
import type { Work } from './work.js';

/** Options of {@link planConversion}. */
export interface ConversionOptions extends ColorOptions {
  /** Done in this order; default none. */
  readonly operations?: readonly Operation[];
  /** How chroma at half size becomes chroma of every pixel; default `bilinear`. */
  readonly upsampling?: Upsampling;
  /** `ordered` dithers (8×8 Bayer) wherever depth goes down; default `none`: rounding. */
  readonly dither?: 'none' | 'ordered';
}

/**
 * Checks a conversion and makes the plan that every backend carries out to the same bytes. Y′CbCr keeps its components
 * apart where matrix, primaries and curve stay and operations are crops and a scale; everything else goes by way of RGBA.
 *
 * @param from - what comes in
 * @param to - what goes out; its size is the source's after all operations
 * @param options - operations and choices
 * @returns plain, immutable data (but for the pictures' pixels, which are not copied)
 * @throws FramerailError `E_INVALID_ARGUMENT`; `E_UNSUPPORTED_COLOR` from SDR to HDR, between PQ and HLG, and for
 *   scaling in linear light of HDR
 */
export function planConversion(
  from: FrameFormat,
  to: FrameFormat,
  options: ConversionOptions = {},
): ConversionPlan {
  checkFormat('source', from);
  checkFormat('target', to);
  checkPlanesApart('target.layout', to.layout);
  if (typeof options !== 'object' || options === null) throw invalidArgument('options', 'an object', options);
  const upsampling = expectOneOf('upsampling', options.upsampling ?? 'bilinear', ['nearest', 'bilinear']);
  const dither = expectOneOf('dither', options.dither ?? 'none', ['none', 'ordered']);
  const source = Object.freeze({ layout: from.layout, color: from.color });
  const target = Object.freeze({ layout: to.layout, color: to.color });
  const planned = planSteps({ source, target, upsampling, dither }, options);
  const plan = {
    source,
    target,
    operations: Object.freeze(planned.operations),
    upsampling,
    work: planned.work,
  };
  const passes = plannedPasses(plan, planned.words);
  return Object.freeze({
    ...plan,
    passes,
    bytesMoved: passes.reduce((sum, { bytesRead, bytesWritten }) => sum + bytesRead + bytesWritten, 0),
    ...exactnessOf(plan, plan.operations, plan.work),
  });
}

interface PlannedSteps {
  readonly operations: readonly PreparedOperation[];
  readonly work: Work;
  readonly words: readonly string[];
}

function planSteps(work: WorkOptions, options: ConversionOptions): PlannedSteps {
  const { source, target } = work;
  const { operations = [] } = options;
  const depth = naturalDepth(work, false);
  const color = colorSteps(source.color, target.color, options, depth);
  if (color.steps.length === 0 && keepsComponents(source, target)) {
    const geometry = planesGeometry(operations, source, target);
    if (geometry !== undefined) {
      checkSize(target.layout, geometry);
      return { operations: [], work: planPlanes(work, geometry), words: geometry.labels };
    }
  }
  const prepared = prepareOperations(operations, {
    source,
    target,
    depth,
    transfer: color.transfer,
    before: color.steps,
  });
  checkSize(target.layout, prepared);
  const own = wordsOf(prepared.operations.filter((step) => !color.steps.includes(step)));
  const isKept = color.steps.some((step) => prepared.operations.includes(step));
  return {
    operations: prepared.operations,
    work: planWork(work, prepared.operations),
    words: color.label !== undefined && isKept ? [color.label, ...own] : own,
  };
}

function checkSize(layout: FrameLayout, { width, height }: { width: number; height: number }): void {
  if (layout.width === width && layout.height === height) return;
  const expected = `${width}×${height}, the size after all operations (a 'scale' changes it),`;
  throw invalidArgument('target.layout', expected, `${layout.width}×${layout.height}`);
}
