import { expectInteger, expectNumber, invalidArgument } from '@framerail/lifecycle';
import type { ExportOperation, ExportOverlay, RenderOptions } from '../export-options.js';
import { checkOperations } from './check-operations.js';
import { evenSize, type Size } from './even-size.js';

/** What is done to frames, in order, and the size that comes out. */
export interface PlannedOperations {
  /** Operations that change nothing are left out. */
  readonly operations: readonly ExportOperation[];
  readonly output: Size;
}

/**
 * Puts the operations in order: the scaling, then either `operations` as given or the adjustment and the
 * overlay of the short options. Operations that scale by themselves get the frames as they are decoded.
 *
 * @param decoded - size of the frames that come in
 * @param output - size that was asked for, even
 * @param options - the caller's
 * @throws FramerailError `E_INVALID_ARGUMENT` if both ways of saying it are mixed, `E_ODD_SIZE`
 */
export function planOperations(decoded: Size, output: Size, options: RenderOptions): PlannedOperations {
  const short = shortOperations(options);
  if (options.operations !== undefined && short.length > 0) {
    throw invalidArgument(
      'operations',
      'no brightness, contrast, saturation or overlay beside it',
      options.operations,
    );
  }
  const own = options.operations ?? short;
  if (!Array.isArray(own)) throw invalidArgument('operations', 'an array of operations', own);
  const resizes = own.some((operation) => operation?.type === 'scale' || operation?.type === 'letterbox');
  if (resizes && (options.width !== undefined || options.height !== undefined)) {
    throw invalidArgument('operations', 'no scale or letterbox beside width and height', options.operations);
  }
  const checked = checkOperations(own, resizes ? decoded : output);
  if (own.length === 0) return { operations: scaleSteps(decoded, output), output };
  return {
    operations: resizes ? checked.operations : [...scaleSteps(decoded, output), ...checked.operations],
    output: evenSize(checked.size, 'refuse'),
  };
}

/**
 * Bilinear scaling looks at two pixels an axis, so that shrinking to less than half would skip some. It is done in
 * steps of which all but the first halve exactly, where each result is the mean of what it covers.
 */
export function scaleSteps(from: Size, to: Size): readonly ExportOperation[] {
  const halvings = (a: number, b: number): number => Math.max(0, Math.ceil(Math.log2(a / b)) - 1);
  const across = halvings(from.width, to.width);
  const down = halvings(from.height, to.height);
  const steps: ExportOperation[] = [];
  if (from.width === to.width && from.height === to.height) return steps;
  for (let left = Math.max(across, down); left >= 0; left--) {
    const width = to.width * 2 ** Math.min(left, across);
    const height = to.height * 2 ** Math.min(left, down);
    steps.push({ type: 'scale', width, height });
  }
  return steps;
}

function shortOperations(options: RenderOptions): ExportOperation[] {
  const brightness = optionalNumber('brightness', options.brightness, 0, -1, 1);
  const contrast = optionalNumber('contrast', options.contrast, 1, 0, 4);
  const saturation = optionalNumber('saturation', options.saturation, 1, 0, 4);
  const adjusts = brightness !== 0 || contrast !== 1 || saturation !== 1;
  return [
    ...(adjusts ? [{ type: 'color' as const, brightness, contrast, saturation }] : []),
    ...(options.overlay === undefined
      ? []
      : [{ type: 'overlay' as const, ...checkedOverlay(options.overlay) }]),
  ];
}

function checkedOverlay(overlay: ExportOverlay): ExportOverlay {
  expectInteger('overlay.x', overlay.x ?? 0, { min: -65_535, max: 65_535 });
  expectInteger('overlay.y', overlay.y ?? 0, { min: -65_535, max: 65_535 });
  optionalNumber('overlay.opacity', overlay.opacity, 1, 0, 1);
  return overlay;
}

function optionalNumber(name: string, value: unknown, fallback: number, min: number, max: number): number {
  return value === undefined ? fallback : expectNumber(name, value, { min, max });
}
