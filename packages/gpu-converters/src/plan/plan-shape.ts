import type { ColorSpace, FrameFormat } from '@framerail/media-types';
import type { BackendPlan } from '../backends/backend.js';
import type { PreparedOperation, Taps } from '../operations/prepared-operation.js';
import type { CopiedAxis, Work } from './work.js';

/**
 * What of a plan has to be compiled: formats, layouts, colours, depths, and the kinds and sizes of its steps. Two plans
 * of one shape differ in values alone, such as amounts, positions, tables and pictures (overlays of any size).
 *
 * @param plan - from `planConversion`
 * @returns text that is equal for plans of one shape
 */
export function planShape(plan: BackendPlan): string {
  const { source, target, upsampling, operations, work } = plan;
  return JSON.stringify([
    formatShape(source),
    formatShape(target),
    upsampling,
    workShape(work),
    operations.map(stepShape),
  ]);
}

/** A frame format as far as plans depend on it. */
function formatShape({ layout, color }: FrameFormat): readonly unknown[] {
  const { format, width, height, planes, byteLength } = layout;
  const places = planes.map(({ offset, stride }) => [offset, stride]);
  return [format, width, height, places, byteLength, colorShape(color)];
}

function colorShape({ primaries, transfer, matrix, fullRange, chromaLocation }: ColorSpace) {
  return [primaries, transfer, matrix, fullRange, chromaLocation];
}

function workShape(work: Work): readonly unknown[] {
  if (work.kind === 'planes') {
    const axis = (one: CopiedAxis | Taps) => ('count' in one ? tapsShape(one) : ['copy', one.start]);
    const components = work.components.map(({ horizontal, vertical, codes }) => [
      axis(horizontal),
      axis(vertical),
      codes?.length,
    ]);
    return ['planes', work.dithered, components];
  }
  const { kind, loadDepth, load, loadsHalfs, storeDepth, store, dithered } = work;
  return [kind, loadDepth, load?.shift, loadsHalfs, storeDepth, store?.shift, dithered];
}

/** Weights are values; how many there are is shape. */
const tapsShape = (taps: Taps | undefined) => taps && [taps.count, taps.start.length];

function stepShape(step: PreparedOperation): readonly unknown[] {
  const { type } = step;
  switch (type) {
    case 'scale':
      return [type, step.width, step.height];
    case 'resample':
      return [type, step.width, step.height, tapsShape(step.horizontal), tapsShape(step.vertical)];
    case 'place':
      return [type, step.width, step.height, step.transpose, step.flipX, step.flipY];
    case 'colorMatrix':
      return [type];
    case 'curves':
      return [type, step.from, step.to];
    case 'lut3d':
      return [type, step.size];
    case 'overlay':
      return [type, step.premultiplied ?? false, step.mode ?? 'normal'];
    case 'mix':
      return [type, step.image.width, step.image.height, step.along];
  }
}
