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
  if (own.length === 0) return { operations: scaleTo(decoded, output), output };
  return {
    operations: resizes ? checked.operations : [...scaleTo(decoded, output), ...checked.operations],
    output: evenSize(checked.size, 'refuse'),
  };
}

/** Scaling to a size, or nothing where it is the size already. */
export function scaleTo(from: Size, { width, height }: Size): readonly ExportOperation[] {
  return from.width === width && from.height === height ? [] : [{ type: 'scale', width, height }];
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
